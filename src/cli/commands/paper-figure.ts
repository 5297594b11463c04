import { suggest, ThalwegError } from '../../base/index.ts';
import type { Scale } from '../../contract/index.ts';
import type { FigureLook } from '../../figures/index.ts';
import { createEvidence, planTrials } from '../../reproduce/index.ts';
import { defaultRunsDirectory } from '../../store/index.ts';
import { defaultScale } from '../../studies/index.ts';
import { papers } from '../../studies/papers/index.ts';

export interface PaperFigureRequest {
  readonly id: string;
  readonly scale?: Scale;
  readonly seeds?: number;
  readonly runs?: string;
}

/**
 * A figure of a paper as SVG, from the trials that `thalweg reproduce` left in the folder of runs. Throws `FIGURE_UNKNOWN` with
 * the nearest name, `RUN_STATE` for trials that are not finished.
 */
export async function drawPaperFigure(
  { id, scale = defaultScale, seeds, runs = defaultRunsDirectory() }: PaperFigureRequest,
  look: FigureLook,
): Promise<string> {
  const paper = papers.find(({ figures }) => figures.some((figure) => figure.id === id));
  if (!paper) {
    const ids = papers.flatMap(({ figures }) => figures.map((figure) => figure.id));
    throw new ThalwegError('FIGURE_UNKNOWN', `figure: no figure of a paper "${id}"; ${suggest(id, ids)}`);
  }
  const figure = paper.figures.find((each) => each.id === id)!;
  const evidence = createEvidence(planTrials(paper, scale, seeds), runs, scale);
  const { renderSvg } = await import('../../figures/node/index.ts');
  return renderSvg(figure.draw(evidence.of(figure.needs), look));
}

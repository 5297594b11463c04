import { ThalwegError } from '../../base/index.ts';
import { rulesTitle, scheduleFigure, type FigureOptions } from '../../figures/index.ts';
import { learningRates } from '../../run/index.ts';
import { resolveSpecification } from '../../studies/index.ts';

/** The learning rate that a study or a specification file prescribes, as SVG: nothing is trained. Throws `USAGE` for an empty window. */
export async function drawSchedule(
  target: string,
  dataDirectory: string | undefined,
  options: FigureOptions,
): Promise<string> {
  const { window } = options;
  if (window && !(window[1] > window[0]))
    throw new ThalwegError('USAGE', `--iterations: expected from..to with from < to, got ${window.join('..')}`);
  const { renderSvg } = await import('../../figures/node/index.ts');
  const specification = resolveSpecification({ target });
  const { name, duration } = specification;
  const rates = await learningRates(specification, dataDirectory);
  const subtitle = `${rulesTitle(specification)} · ${duration}`;
  return renderSvg(scheduleFigure({ title: name ?? target, subtitle, learningRates: rates }, options));
}

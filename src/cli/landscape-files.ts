import { extname } from 'node:path';
import type { LandscapeDocument } from '../contract/index.ts';
import type { FigureOptions } from '../figures/index.ts';
import { writeOut } from './files.ts';

/** What the name of a landscape's file may end in. */
export const endings = ['.json', '.csv', '.svg', '.png'] as const;
type Ending = (typeof endings)[number];

/** How the files show a landscape. */
export interface Look {
  /** Title of a figure. */
  readonly title: string;
  readonly options: Pick<FigureOptions, 'theme' | 'width'>;
}

/** Writes a landscape as data or as a figure, as the file's ending says. Throws `USAGE` where it cannot be written. */
export async function saveLandscape(path: string, document: LandscapeDocument, look: Look): Promise<void> {
  const content = await contentOf(extname(path).toLowerCase() as Ending, document, look);
  await writeOut(path, content);
}

async function contentOf(
  ending: Ending,
  document: LandscapeDocument,
  { title, options }: Look,
): Promise<string | Uint8Array> {
  if (ending === '.json') return `${JSON.stringify(document, null, 2)}\n`;
  if (ending === '.csv') return csvOf(document);
  const { landscapeFigure } = await import('../figures/index.ts');
  const { renderPng, renderSvg } = await import('../figures/node/index.ts');
  const svg = renderSvg(landscapeFigure(document, title, options));
  return ending === '.svg' ? svg : renderPng(svg);
}

/** A landscape as CSV (RFC 4180): a line for each point; those of a trajectory's checkpoints come last, with their iteration. */
export function csvOf(document: LandscapeDocument): string {
  return rowsOf(document)
    .map((row) => `${row.join(',')}\r\n`)
    .join('');
}

type Row = readonly (string | number)[];

function rowsOf(document: LandscapeDocument): Row[] {
  const { loss, accuracy } = document;
  const values = (index: number): Row => [loss[index]!, accuracy[index]!];
  const gridRows = ({ a, b }: { readonly a: readonly number[]; readonly b: readonly number[] }): Row[] =>
    b.flatMap((second, j) => a.map((first, i) => [first, second, ...values(j * a.length + i)]));
  switch (document.what) {
    case 'surface':
      return [['a', 'b', 'loss', 'accuracy'], ...gridRows(document)];
    case 'trajectory':
      return [
        ['a', 'b', 'loss', 'accuracy', 'iteration', 'distance', 'projectedLoss', 'projectedAccuracy'],
        ...gridRows(document).map((row) => [...row, '', '', '', '']),
        ...document.trajectory.map((point) => [
          ...[point.a, point.b, point.loss, point.accuracy],
          ...[point.iteration, point.distance, point.projectedLoss, point.projectedAccuracy],
        ]),
      ];
    case 'connectivity':
      return [['alpha', 'loss', 'accuracy'], ...document.alphas.map((alpha, index) => [alpha, ...values(index)])];
    case 'simplex':
      return [
        ['lambda1', 'lambda2', 'lambda3', 'loss', 'accuracy'],
        ...document.coordinates.map((lambda, index) => [...lambda, ...values(index)]),
      ];
  }
}

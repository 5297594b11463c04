import { extname } from 'node:path';
import { invariant } from '../base/index.ts';
import { captionOf, traceScatterFigure } from '../figures/index.ts';
import { renderPng, renderSvg } from '../figures/node/index.ts';
import type { MeasuredRun } from '../run/index.ts';
import { openRun } from '../store/index.ts';
import { writeOut } from './files.ts';

/** What the traces are compared with, by its tensor. */
const proxies = {
  'exampleTrace.affineInput': 'affine trace of the input',
  'exampleTrace.affineFeatures': 'affine trace of the top layer’s features',
  'exampleTrace.boundInput': 'margin bound of the input',
  'exampleTrace.boundFeatures': 'margin bound of the top layer’s features',
} as const;

/** Draws the Hessian traces of single examples over what margins say of them, as SVG or PNG. Throws `USAGE`. */
export async function saveTraceFigure(
  out: string,
  { report, tensors }: MeasuredRun,
  runsDirectory: string,
): Promise<void> {
  const column = (name: string): number[] => {
    const tensor = tensors[name];
    invariant(tensor, `no tensor ${name}`);
    return Array.from(tensor.data as ArrayLike<number>);
  };
  const reader = openRun(runsDirectory, report.run);
  const caption = captionOf(reader.file());
  reader.close();
  const trace = column('exampleTrace.value');
  const figure = traceScatterFigure({
    title: caption.title,
    subtitle: `${report.run} at iteration ${report.iteration} · ${trace.length} training examples · outliers hollow, lines and r without them`,
    trace,
    correct: column('exampleTrace.correct'),
    proxies: Object.entries(proxies).map(([name, title]) => ({ name: title, values: column(name) })),
  });
  const svg = renderSvg(figure);
  await writeOut(out, extname(out).toLowerCase() === '.svg' ? svg : renderPng(svg));
}

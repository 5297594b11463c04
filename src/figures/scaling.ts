import type { SeriesName } from '../contract/index.ts';
import { fitAxis } from './axis.ts';
import { chosenIteration } from './chosen.ts';
import { curveThrough } from './curve.ts';
import type { Curve } from './curve.ts';
import { fanLines, legendLinesPanel } from './legend-lines.ts';
import { lookOf, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import type { FigureInput, FigureRecords } from './source.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';
import { measuredIterations, sliceAt } from './tracks.ts';

const panels: readonly { readonly series: SeriesName; readonly title: string; readonly isShare?: boolean }[] = [
  { series: 'topScaling.trace', title: 'Trace of the Hessian' },
  { series: 'topScaling.spectralNorm', title: 'Spectral norm of the Hessian' },
  { series: 'topScaling.largestEntry', title: 'Largest second derivative' },
  { series: 'topScaling.changed', title: 'Changed predictions', isShare: true },
];

/**
 * Second derivatives against the factor α of the top layer (row M-scale), a curve for each iteration that was measured, or for the
 * chosen one. Throws `NO_DATA` for an iteration that was not measured.
 */
export function scalingFigure(input: FigureInput, options: FigureOptions): FigureSpecification {
  const id = 'scaling';
  const { width, theme } = lookOf(options);
  const first = input.records('topScaling.trace');
  const last = chosenIteration(id, first, options);
  const iterations =
    options.iteration === undefined ? measuredIterations(first, options.window ?? [-Infinity, Infinity]) : [last];
  const x = fitAxis({ label: 'α', scale: 'log' }, first.coordinate);
  const frame: PanelFrame = { width, theme, x };
  const recorded = panels.filter(({ series }) => input.records(series).length > 0);
  const drawn = recorded.map(({ series, title, isShare = false }, index) => {
    const members = iterations.map((iteration) => ({
      parameter: iteration,
      curve: slice(input.records(series), iteration, isShare ? 100 : 1),
    }));
    return legendLinesPanel(frame, {
      title,
      unit: isShare ? '% of the examples' : undefined,
      scale: isShare ? 'linear' : (options.axis ?? 'log'),
      reaches: isShare ? [0, 1] : [],
      lines: fanLines('iteration ', members, theme),
      named: index === recorded.length - 1,
    });
  });
  return stackedFigure(id, input, { width, theme }, drawn);
}

function slice(records: FigureRecords, iteration: number, factor: number): Curve {
  const { coordinates, values } = sliceAt(records, iteration);
  return curveThrough(
    coordinates,
    values.map((value) => factor * value),
  );
}

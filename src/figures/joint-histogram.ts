import { chosenIteration } from './chosen.ts';
import { heatmapFigure } from './heatmap.ts';
import type { PlaneAxis } from './heatmap.ts';
import type { FigureInput } from './source.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';
import type { FigureTable } from './table.ts';
import { sliceAt } from './tracks.ts';

const id = 'joint-histogram';

/** Counts by bin i of the parameters and bin j of the gradient elements, in `i·|gradients| + j`. */
interface JointCounts {
  readonly iteration: number;
  /** Middles of the bins. */
  readonly parameters: readonly number[];
  readonly gradients: readonly number[];
  readonly counts: readonly number[];
}

/** Throws `NO_DATA` for an iteration that was not measured. */
function countsOf({ records }: FigureInput, options: FigureOptions): JointCounts {
  const iteration = chosenIteration(id, records('batch.jointHistogram'), options);
  return {
    iteration,
    parameters: sliceAt(records('batch.parameterHistogram'), iteration).coordinates,
    gradients: sliceAt(records('batch.gradientHistogram'), iteration).coordinates,
    counts: sliceAt(records('batch.jointHistogram'), iteration).values,
  };
}

/** Cells along an axis that are told apart. */
const mostCells = 80;

/**
 * Elements of single gradients against the parameters that they belong to, at one iteration: the share of each cell. Where there are
 * more bins than can be told apart, neighbours are added up, and the panel's title says how many.
 */
export function jointHistogramFigure(input: FigureInput, options: FigureOptions): FigureSpecification {
  const { iteration, parameters, gradients, counts } = countsOf(input, options);
  const [x, y] = [cellsOf(parameters), cellsOf(gradients)];
  const probabilities = new Float64Array(x.count * y.count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  counts.forEach((count, index) => {
    const [i, j] = [Math.floor(index / gradients.length), index % gradients.length];
    probabilities[Math.floor(j / y.together) * x.count + Math.floor(i / x.together)]! += count / total;
  });
  const added = x.together * y.together > 1 ? `, each cell ${x.together} × ${y.together} bins` : '';
  return heatmapFigure(
    {
      id,
      title: input.title,
      subtitle: input.subtitle,
      x: axisOf('parameter', x),
      y: axisOf('element of a gradient', y),
      cells: { x: x.count, y: y.count },
      panels: [{ title: `Gradient elements beside parameters at iteration ${iteration}${added}`, probabilities }],
    },
    options,
  );
}

interface Cells {
  /** Bins that one cell adds up. */
  readonly together: number;
  readonly count: number;
  readonly low: number;
  readonly step: number;
}

function cellsOf(middles: readonly number[]): Cells {
  const together = Math.ceil(middles.length / mostCells);
  const step =
    middles.length > 1 ? (middles.at(-1)! - middles[0]!) / (middles.length - 1) : 2 * Math.abs(middles[0]!) || 1;
  return { together, count: Math.ceil(middles.length / together), low: middles[0]! - step / 2, step };
}

const axisOf = (label: string, { together, count, low, step }: Cells): PlaneAxis => ({
  label,
  domain: [low, low + step * together * count],
});

/** The counts of {@link jointHistogramFigure}, bin by bin. */
export function jointHistogramTable(input: FigureInput, options: FigureOptions): FigureTable {
  const { iteration, parameters, gradients, counts } = countsOf(input, options);
  const rows = counts.map((count, index) => [
    iteration,
    parameters[Math.floor(index / gradients.length)]!,
    gradients[index % gradients.length]!,
    count,
  ]);
  return { columns: ['iteration', 'parameter', 'gradient', 'elements'], rows };
}

import { ThalwegError } from '../base/index.ts';
import { wrongUse, type Sample } from './sample.ts';

/** Counts of one sample in the bins of {@link Histograms}. Bins and the three others together count every number once. */
export interface HistogramCounts {
  readonly bins: Uint32Array<ArrayBuffer>;
  readonly nan: number;
  /** −∞ */
  readonly minusInfinity: number;
  /** +∞ */
  readonly plusInfinity: number;
}

/** Histograms of several samples over the same bins. */
export interface Histograms {
  /** b + 1 edges, ascending. Bin i is `[edges[i], edges[i+1])`, the last one closed on both sides. */
  readonly edges: Float64Array<ArrayBuffer>;
  /** One for each sample. */
  readonly counts: readonly HistogramCounts[];
}

/**
 * Histograms of several samples, comparable because they share their bins: equal widths from the smallest to the largest
 * finite number of all samples together (so nothing finite falls outside), half a unit to both sides where there is only one
 * value. Throws `NO_DATA` without a finite number, `USAGE` unless `bins` is a whole number from 1 on.
 */
export function histograms(samples: readonly Sample[], bins: number): Histograms {
  if (!Number.isInteger(bins) || bins < 1) throw wrongUse('histogram', `a whole number of bins from 1 on, got ${bins}`);
  let [lowest, highest] = [Infinity, -Infinity];
  for (const sample of samples)
    for (let index = 0; index < sample.length; index++) {
      const value = sample[index]!;
      if (!Number.isFinite(value)) continue;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  if (lowest > highest) throw new ThalwegError('NO_DATA', 'histogram: expected at least one finite number, got none');
  const edges = lowest < highest ? equalWidths(lowest, highest, bins) : equalWidths(lowest - 0.5, highest + 0.5, bins);
  return { edges, counts: samples.map((sample) => countInto(edges, sample)) };
}

/** `bins + 1` edges. The weights keep `highest − lowest` from overflowing; the bounds keep rounded edges in order. */
function equalWidths(lowest: number, highest: number, bins: number): Float64Array<ArrayBuffer> {
  const edges = new Float64Array(bins + 1).fill(lowest);
  for (let edge = 1; edge < bins; edge++) {
    const share = edge / bins;
    edges[edge] = Math.min(highest, Math.max(edges[edge - 1]!, lowest * (1 - share) + highest * share));
  }
  edges[bins] = highest;
  return edges;
}

function countInto(edges: Float64Array, sample: Sample): HistogramCounts {
  const bins = new Uint32Array(edges.length - 1);
  let [nan, minusInfinity, plusInfinity] = [0, 0, 0];
  for (let index = 0; index < sample.length; index++) {
    const value = sample[index]!;
    if (Number.isNaN(value)) nan++;
    else if (value === -Infinity) minusInfinity++;
    else if (value === Infinity) plusInfinity++;
    else bins[binOf(edges, value)]!++;
  }
  return { bins, nan, minusInfinity, plusInfinity };
}

/** The bin of a value between the outermost edges, by bisection: counts follow the edges that are shown, not their formula. */
function binOf(edges: Float64Array, value: number): number {
  let [from, to] = [0, edges.length - 2];
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    if (edges[middle]! <= value) from = middle;
    else to = middle - 1;
  }
  return from;
}

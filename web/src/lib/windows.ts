import type { EpochClock } from '../../../src/contract/index.ts';
import type { SeriesBuffer } from './series-buffer.ts';

/** Iterations in view: `from ≤ t + α ≤ to`. */
export type Range = readonly [from: number, to: number];

/** Iterations of one epoch that were interpolated. */
export interface EpochWindow {
  readonly epoch: number;
  readonly range: Range;
}

/** The interpolated part of each epoch (counted from 1) that has one. */
export function epochWindows(interpolation: SeriesBuffer, clock: EpochClock): EpochWindow[] {
  const windows: { epoch: number; range: [number, number] }[] = [];
  interpolation.forEach(({ iteration }) => {
    const epoch = clock.at(iteration).epoch + 1;
    const current = windows.at(-1);
    if (current?.epoch === epoch) current.range[1] = iteration + 1;
    else windows.push({ epoch, range: [iteration, iteration + 1] });
  });
  return windows;
}

/** The part of `extent` that a zoom by `factor` around `center` shows; at least a tenth of an iteration. */
export function zoomed(range: Range, factor: number, center: number, extent: Range): Range {
  const width = Math.max(0.1, (range[1] - range[0]) * factor);
  const share = (center - range[0]) / (range[1] - range[0]);
  return within([center - share * width, center + (1 - share) * width], extent);
}

/** `range` moved by `distance` iterations, but not beyond `extent`. */
export const moved = (range: Range, distance: number, extent: Range): Range =>
  within([range[0] + distance, range[1] + distance], extent);

function within([from, to]: Range, [first, last]: Range): Range {
  const width = Math.min(to - from, last - first);
  const start = Math.min(Math.max(from, first), last - width);
  return [start, start + width];
}

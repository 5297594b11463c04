import type { Scale } from '../../../../src/figures/index.ts';
import type { Range } from '../windows.ts';

/** A window is at least this share of everything. */
const least = 1e-6;

const even = (scale: Scale, value: number): number => (scale === 'log' ? Math.log10(value) : value);
const back = (scale: Scale, value: number): number => (scale === 'log' ? 10 ** value : value);

/** The part of `extent` that a zoom by `factor` around `center` shows, on the scale of its axis; null: all of it. */
export function zoomedWindow(range: Range, factor: number, center: number, extent: Range, scale: Scale): Range | null {
  const [from, to, middle] = [even(scale, range[0]), even(scale, range[1]), even(scale, center)];
  const [first, last] = [even(scale, extent[0]), even(scale, extent[1])];
  const width = Math.max(least * (last - first), (to - from) * factor);
  if (width >= last - first) return null;
  const share = (middle - from) / (to - from);
  return placed(middle - share * width, width, [first, last], scale);
}

/** The window moved by a share of its width, but not beyond `extent`. */
export function movedWindow(range: Range, share: number, extent: Range, scale: Scale): Range {
  const [from, to] = [even(scale, range[0]), even(scale, range[1])];
  return placed(from + share * (to - from), to - from, [even(scale, extent[0]), even(scale, extent[1])], scale);
}

function placed(from: number, width: number, [first, last]: Range, scale: Scale): Range {
  const length = Math.min(width, last - first);
  const start = Math.min(Math.max(from, first), last - length);
  return [back(scale, start), back(scale, start + length)];
}

import { scaled, unscaled, type Scale } from '../../../src/figures/index.ts';

/** Places in view on a horizontal axis, both ends included; iterations `t + α` where nothing else is said. */
export type Range = readonly [from: number, to: number];

/** Iterations of one epoch that have records. */
export interface EpochWindow {
  readonly epoch: number;
  readonly range: Range;
}

/** Narrowest window: of an iteration, of the whole extent where that is short, and in powers of ten on a logarithmic axis. */
const narrowest = (extent: Range, scale: Scale): number =>
  scale === 'log' ? 1e-3 : Math.min(0.1, (extent[1] - extent[0]) / 400);

/** The part of `extent` that a zoom by `factor` around `center` shows; at least a tenth of an iteration. */
export function zoomed(range: Range, factor: number, center: number, extent: Range, scale: Scale = 'linear'): Range {
  const [from, to] = even(range, scale);
  const width = Math.max(narrowest(extent, scale), (to - from) * factor);
  const middle = scaled(scale, center);
  const share = (middle - from) / (to - from);
  return within([middle - share * width, middle + (1 - share) * width], extent, scale);
}

/** `range` moved by the share `distance` of its width, but not beyond `extent`. */
export function moved(range: Range, distance: number, extent: Range, scale: Scale = 'linear'): Range {
  const [from, to] = even(range, scale);
  const step = distance * (to - from);
  return within([from + step, to + step], extent, scale);
}

const even = ([from, to]: Range, scale: Scale): Range => [scaled(scale, from), scaled(scale, to)];

/** The window of even places, moved into the extent. */
function within([from, to]: Range, extent: Range, scale: Scale): Range {
  const [first, last] = even(extent, scale);
  const width = Math.min(to - from, last - first);
  const start = Math.min(Math.max(from, first), last - width);
  return [unscaled(scale, start), unscaled(scale, start + width)];
}

/** The window of whole iterations next to a window, at least one wide and within the extent. */
export function wholeWindow([from, to]: Range, extent: Range): Range {
  const first = Math.max(Math.ceil(extent[0]), Math.min(Math.round(from), Math.floor(extent[1]) - 1));
  return [first, Math.min(Math.max(first + 1, Math.round(to)), Math.max(first + 1, Math.floor(extent[1])))];
}

/** A window as it stands in an address; null for text that is none. */
export function parseWindow(text: string | null): Range | null {
  const [from, to, ...rest] = (text ?? '').split('~').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (rest.length > 0 || from === undefined || to === undefined) return null;
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? [from, to] : null;
}

/** The text of a window for an address, to six digits of its width. */
export function windowText(range: Range | null): string | null {
  if (!range) return null;
  const digits = Math.max(0, Math.min(20, 6 - Math.floor(Math.log10(range[1] - range[0]))));
  return range.map((edge) => String(Number(edge.toFixed(digits)))).join('~');
}

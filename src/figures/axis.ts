import { ThalwegError } from '../base/index.ts';

/** An axis of numbers. */
export interface Axis {
  /** What stands along it, without its unit; null: nothing. */
  readonly label: string | null;
  /** As printed, e.g. `nat`, `%`; default: a plain number. */
  readonly unit?: string;
  /** Default: linear. */
  readonly scale?: Scale;
  /** Limits; default: fitted to what is shown. */
  readonly domain?: Domain;
}

export type Scale = 'linear' | 'log';
export type Domain = readonly [low: number, high: number];

/** An axis whose limits are settled. */
export interface FittedAxis {
  /** With its unit; null: nothing stands along it. */
  readonly label: string | null;
  readonly scale: Scale;
  readonly domain: Domain;
  /** Iterations stand along it: a reader can choose a window of them. */
  readonly isIterations?: true;
}

/** The axis of updates `t`. */
export const iterationAxis = (domain: Domain): FittedAxis => ({
  label: 'iteration',
  scale: 'linear',
  domain,
  isIterations: true,
});

/**
 * Settles the limits of an axis: those it states, or the smallest and largest number of `values` that it can show, with a
 * margin of the share `air` of its length. Without any such number they are 0 and 1 (1 and 10 on a logarithmic axis). Throws `USAGE` for
 * stated limits that are not ascending, finite, and positive on a logarithmic axis.
 */
export function fitAxis(axis: Axis, values: Iterable<number>, air = 0): FittedAxis {
  const { label, unit, scale = 'linear' } = axis;
  const domain = axis.domain ? stated(axis.domain, scale) : fitted(values, scale, air);
  return { label: label !== null && unit !== undefined ? `${label} (${unit})` : label, scale, domain };
}

function stated([low, high]: Domain, scale: Scale): Domain {
  if (canShow(scale, low) && canShow(scale, high) && low < high) return [low, high];
  const kind = scale === 'log' ? 'finite, positive' : 'finite';
  throw new ThalwegError('USAGE', `axis: expected ${kind}, ascending limits, got ${low}, ${high}`);
}

function fitted(values: Iterable<number>, scale: Scale, air: number): Domain {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!canShow(scale, value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return scale === 'log' ? [1, 10] : [0, 1];
  if (air === 0 && low < high) return [low, high];
  const [from, to] = apart(scaled(scale, low), scaled(scale, high));
  const margin = air * (to - from);
  return [unscaled(scale, from - margin), unscaled(scale, to + margin)];
}

/** Two limits that are not the same: a lone value stands in the middle of a length of about its own size. */
function apart(low: number, high: number): Domain {
  if (high > low) return [low, high];
  const reach = Math.abs(low) / 2 || 0.5;
  return [low - reach, low + reach];
}

/** Whether a value has a place on such an axis: finite, and positive on a logarithmic one. */
export const canShow = (scale: Scale, value: number): boolean =>
  Number.isFinite(value) && (scale === 'linear' || value > 0);

/** The coordinate in which an axis is even: `v`, or `log₁₀ v`. */
export const scaled = (scale: Scale, value: number): number => (scale === 'log' ? Math.log10(value) : value);
/** Inverse of {@link scaled}. */
export const unscaled = (scale: Scale, value: number): number => (scale === 'log' ? 10 ** value : value);

/** Whether a value lies within the limits of an axis, both included. */
export const isOnAxis = ({ domain: [low, high] }: FittedAxis, value: number): boolean => value >= low && value <= high;

import type { FittedAxis } from './axis.ts';

/** Why a measured value has no height on an axis. `notPositive`: zero or negative, on a logarithmic one. */
export type OffScale = 'notANumber' | 'infinite' | 'negativeInfinite' | 'notPositive';

/** A measured value without a height, at the place where it was measured. */
export interface ValueMark {
  readonly kind: OffScale;
  readonly x: number;
  /** Height of the curve beside it, on which a NaN is marked; null: none is known. */
  readonly beside: number | null;
}

/** At the top of a panel, at its bottom, or at a height. */
export function markHeight({ kind, beside }: ValueMark, y: FittedAxis): number {
  const [low, high] = y.domain;
  if (kind === 'infinite') return high;
  if (kind === 'notANumber' && beside !== null) return Math.min(high, Math.max(low, beside));
  return low;
}

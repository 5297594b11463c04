import { canShow, isOnAxis } from './axis.ts';
import type { FittedAxis, Scale } from './axis.ts';

/** Values that cannot be drawn, counted by the reason. */
export interface Omitted {
  readonly notFinite: number;
  /** Zero or negative on a logarithmic axis. */
  readonly notPositive: number;
  /** Beyond the limits of an axis. */
  readonly beyond: number;
}

/** Counts the points (x, y) that a panel with these axes does not show, each once. */
export function countOmitted(
  points: readonly { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> }[],
  x: FittedAxis,
  y: FittedAxis,
): Omitted {
  let [notFinite, notPositive, beyond] = [0, 0, 0];
  for (const { x: xs, y: ys } of points)
    for (let index = 0; index < xs.length; index++) {
      const [a, b] = [xs[index]!, ys[index]!];
      if (!Number.isFinite(a) || !Number.isFinite(b)) notFinite++;
      else if (!canShow(x.scale, a) || !canShow(y.scale, b)) notPositive++;
      else if (!isOnAxis(x, a) || !isOnAxis(y, b)) beyond++;
    }
  return { notFinite, notPositive, beyond };
}

/** What is left out, in words; nothing where nothing is. */
export function omittedNotes({ notFinite, notPositive, beyond }: Omitted): string[] {
  const parts = [
    notFinite > 0 ? `${counted(notFinite)} not finite` : null,
    notPositive > 0 ? `${counted(notPositive)} ≤ 0, which a logarithmic axis cannot show` : null,
    beyond > 0 ? `${counted(beyond)} beyond the axes` : null,
  ].filter((part) => part !== null);
  return parts.length > 0 ? [`not shown: ${parts.join('; ')}`] : [];
}

const counted = (count: number): string => `${count} ${count === 1 ? 'value' : 'values'}`;

/** Counts values of one axis that it cannot show. */
export function countOffScale(values: Iterable<number>, scale: Scale): Pick<Omitted, 'notFinite' | 'notPositive'> {
  let [notFinite, notPositive] = [0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) notFinite++;
    else if (!canShow(scale, value)) notPositive++;
  }
  return { notFinite, notPositive };
}

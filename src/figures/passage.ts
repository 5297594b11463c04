import { ThalwegError } from '../base/index.ts';

/** Where a falling curve passes a level: between the readings `index` and `index + 1`, a share `weight` of the way. */
export interface Passage {
  readonly index: number;
  readonly weight: number;
}

/**
 * The last time that a training loss falls through `level` (from above, or from the level itself, to below), with the share of
 * the way in the logarithm of the loss: `(ln L_k − ln ℓ)/(ln L_k − ln L_{k+1})`. Throws `NO_DATA` where it never does.
 */
export function passageThrough(subject: string, values: readonly number[], level: number): Passage {
  const index = values.findLastIndex((value, at) => value >= level && (values[at + 1] ?? Infinity) < level);
  if (index < 0)
    throw new ThalwegError(
      'NO_DATA',
      `${subject}: expected a training loss that falls through ${level}, got ${Math.min(...values)} at least`,
    );
  const [before, after] = [Math.log(values[index]!), Math.log(values[index + 1]!)];
  return { index, weight: after === -Infinity ? 0 : (before - Math.log(level)) / (before - after) };
}

/** The value of a curve there: linear between both readings in the logarithm of the training loss. */
export const atPassage = ({ index, weight }: Passage, values: readonly number[]): number =>
  (1 - weight) * values[index]! + weight * values[index + 1]!;

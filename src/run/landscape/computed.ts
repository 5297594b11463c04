import { ThalwegError } from '../../base/index.ts';
import type { LossMap } from '../../landscape/index.ts';
import { differenceOf, type Identity } from './journal.ts';

/** Points of a landscape that were computed elsewhere, and what decided their numbers. */
export interface ComputedMap {
  readonly identity: Identity;
  readonly map: LossMap;
}

/** The map, where it is of that landscape. Throws `USAGE` for another one. */
export function requireComputed({ identity, map }: ComputedMap, expected: Identity): LossMap {
  const odd = differenceOf(expected, identity);
  if (!odd) return map;
  throw new ThalwegError('USAGE', `landscape: expected parts with ${odd.name} ${odd.expected}, got ${odd.got}`);
}

import { randomStream, type RandomStream } from '../base/index.ts';
import type { GridAxis, RandomAxis, Sweep } from '../contract/index.ts';

/** A value for each of some keys, in their order. */
export type Setting = readonly (readonly [key: string, value: unknown])[];

/** The values of an axis of the grid. What is computed is rounded to 12 digits, so that a hundredth is 0.01; ends are exact. */
export function gridValues(axis: GridAxis): readonly unknown[] {
  if (Array.isArray(axis)) return axis;
  const { linear, log, powers } = axis;
  if (linear) return spaced(linear, (share) => linear.from + share * (linear.to - linear.from));
  if (log) return spaced(log, (share) => log.from * (log.to / log.from) ** share);
  const { base, from, to } = powers!;
  const step = Math.sign(to - from);
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => rounded(base ** (from + index * step)));
}

function spaced(
  { from, to, count }: { readonly from: number; readonly to: number; readonly count: number },
  at: (share: number) => number,
): number[] {
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? from : index === count - 1 ? to : rounded(at(index / (count - 1))),
  );
}

const rounded = (value: number): number => Number(value.toPrecision(12));

/** Every combination of the values of the axes, the last one varying fastest; one empty setting without axes. */
export function gridSettings(grid: Sweep['grid']): Setting[] {
  let settings: Setting[] = [[]];
  for (const [key, axis] of Object.entries(grid)) {
    const values = gridValues(axis);
    settings = settings.flatMap((setting) => values.map((value): Setting => [...setting, [key, value]]));
  }
  return settings;
}

/** The draws of the random axes: each has a stream of its own, so that neither another axis nor more draws change it. */
export function randomSettings(random: NonNullable<Sweep['random']>): Setting[] {
  const { count, seed, axes } = random;
  const columns = Object.entries(axes).map(([key, axis]) => {
    const stream = randomStream(seed, 'sweep', key);
    return Array.from({ length: count }, () => [key, draw(axis, stream)] as const);
  });
  return Array.from({ length: count }, (_, index) => columns.map((column) => column[index]!));
}

function draw({ uniform, logUniform, integer, logInteger, choice }: RandomAxis, stream: RandomStream): unknown {
  if (uniform) return between(uniform, stream);
  if (logUniform) return Math.exp(between([Math.log(logUniform[0]), Math.log(logUniform[1])], stream));
  if (integer) return Math.floor(between([integer[0], integer[1] + 1], stream));
  if (logInteger) {
    const [low, high] = logInteger;
    const drawn = Math.floor(Math.exp(between([Math.log(low), Math.log(high + 1)], stream)));
    // Rounding of the exponential may leave the interval.
    return Math.min(high, Math.max(low, drawn));
  }
  return choice![stream.integer(choice!.length)];
}

/** In [low, high). */
const between = ([low, high]: readonly [number, number], stream: RandomStream): number =>
  low + (high - low) * stream.uniform();

/** Cells before constraints: how many combinations there are. */
export function countCells({ grid, list, random }: Sweep): number {
  const inGrid = Object.values(grid).reduce<number>((product, axis) => product * countValues(axis), 1);
  return inGrid * Math.max(1, list.length) * (random?.count ?? 1);
}

function countValues(axis: GridAxis): number {
  if (Array.isArray(axis)) return axis.length;
  const { linear, log, powers } = axis;
  return linear?.count ?? log?.count ?? Math.abs(powers!.to - powers!.from) + 1;
}

/** Seeds as a list. */
export const seedList = (seeds: Sweep['seeds']): readonly number[] =>
  typeof seeds === 'number' ? Array.from({ length: seeds }, (_, index) => index + 1) : seeds;

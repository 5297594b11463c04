import { ThalwegError } from '../base/index.ts';
import type { LegendEntry, MarkerShape } from './specification.ts';
import { markerShapes } from './symbols.ts';
import type { FigureTheme } from './theme.ts';

/** How colours tell groups apart: `categories` have no order, a `sequence` goes from low to high. */
export type Coloring = 'categories' | 'sequence';

/** Strokes that grey print tells apart too; undefined is a solid one. */
const dashes: readonly (string | undefined)[] = [
  undefined,
  '7 3',
  '2 2.5',
  '9 3 2 3',
  '4 2',
  '12 4',
  '6 2 1.5 2 1.5 2',
];

/** How many groups dashes can tell apart. */
export const mostDashes = dashes.length;

/** The groups of some items, each once, in the order in which they appear. */
export const groupsOf = (names: readonly string[]): string[] => [...new Set(names)];

/**
 * A colour for each group: the first categories of the theme, or the sequence evenly from its low to its high end. Throws `USAGE`
 * for more categories than can be told apart.
 */
export function groupColors(groups: readonly string[], coloring: Coloring, theme: FigureTheme): Map<string, string> {
  const { categories } = theme;
  if (coloring === 'categories' && groups.length > categories.length)
    throw new ThalwegError(
      'USAGE',
      `figure: expected at most ${categories.length} groups without an order, got ${groups.length}`,
    );
  const last = Math.max(1, groups.length - 1);
  return new Map(
    groups.map((group, index) => [
      group,
      coloring === 'categories' ? categories[index]! : sequenceColor(theme, index / last),
    ]),
  );
}

/** A dash pattern for each group; undefined: solid. Throws `USAGE` for more groups than there are patterns. */
export function groupDashes(groups: readonly string[]): Map<string, string | undefined> {
  if (groups.length > dashes.length)
    throw new ThalwegError('USAGE', `figure: expected at most ${dashes.length} dashed groups, got ${groups.length}`);
  return new Map(groups.map((group, index) => [group, dashes[index]]));
}

/** A shape of points for each group, again from the first one where there are more groups. */
export const groupShapes = (groups: readonly string[]): Map<string, MarkerShape> =>
  new Map(groups.map((group, index) => [group, markerShapes[index % markerShapes.length]!]));

/** The colour at `share` ∈ [0, 1] of the theme's sequence, linear in RGB between its stops. */
export function sequenceColor({ sequence }: FigureTheme, share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (sequence.length - 1);
  const index = Math.min(Math.floor(at), sequence.length - 2);
  const [from, to] = [channels(sequence[index]!), channels(sequence[index + 1]!)];
  const mixed = from.map((value, channel) => Math.round(value + (at - index) * (to[channel]! - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

const channels = (color: string): number[] => [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));

/** A word in a legend that introduces the entries after it. */
export const legendWord = (label: string, theme: FigureTheme): LegendEntry => ({
  label,
  color: theme.muted,
  symbol: 'none',
});

/** `5 seeds` where all have as many, else the smallest and largest number; null where none is known. */
export function seedsLabel(seeds: readonly (number | undefined)[]): string | null {
  const known = seeds.filter((count): count is number => count !== undefined);
  if (known.length === 0) return null;
  const [fewest, most] = [Math.min(...known), Math.max(...known)];
  return fewest === most ? `${most} ${most === 1 ? 'seed' : 'seeds'}` : `${fewest} to ${most} seeds`;
}

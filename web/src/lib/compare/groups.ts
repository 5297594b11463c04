import { groupColors, groupDashes, mostDashes } from '../../../../src/figures/index.ts';
import type { Coloring, FigureTheme } from '../../../../src/figures/index.ts';
import { compareValues, isOrdered, keyTitle, runKey, settingKeys, valueOf, valueText } from './keys.ts';
import type { ComparedKey } from './keys.ts';
import type { RunValue } from '../../../../src/contract/index.ts';
import type { ComparedRun } from './runs.ts';
import type { CompareAddress } from './address.ts';

/** Runs of one setting: one colour and one dash pattern. */
export interface RunGroup {
  /** `0.1 · 128`; unique in a grouping. */
  readonly label: string;
  readonly color: RunValue | null;
  readonly line: RunValue | null;
  readonly runs: readonly ComparedRun[];
}

/** The runs of a group that have not been deleted. */
export const livingRuns = ({ runs }: Pick<RunGroup, 'runs'>): readonly ComparedRun[] =>
  runs.filter(({ entry }) => entry !== null);

/** How runs are parted into groups. */
export interface Grouping {
  /** Keys of colour and dashes; null: all have the same. */
  readonly color: string | null;
  readonly line: string | null;
  readonly groups: readonly RunGroup[];
  /** Keys, apart from seeds, in which runs of one group differ: their means are means over unlike runs. */
  readonly mixed: readonly string[];
}

/** How groups are drawn. */
export interface GroupLooks {
  readonly coloring: Coloring;
  /** By the text of a value. */
  readonly colors: ReadonlyMap<string, string>;
  /** By the text of a value; undefined: solid. Empty: all are solid. */
  readonly dashes: ReadonlyMap<string, string | undefined>;
  /** What dashes stand for: the second key; the first one once more, so that nobody needs to tell colours apart; or nothing. */
  readonly dashesOf: 'line' | 'color' | 'nothing';
}

/** The keys that colour and dashes stand for where the reader chose none: the first two in which the settings differ. */
export function chosenKeys(
  { color, line }: Pick<CompareAddress, 'color' | 'line'>,
  keys: readonly ComparedKey[],
): { readonly color: string | null; readonly line: string | null } {
  const varied = settingKeys(keys).filter(({ key }) => key !== color && key !== line);
  const first = color === undefined ? (varied.shift()?.key ?? null) : color;
  const second = line === undefined ? (varied.find(({ values }) => values.length <= mostDashes)?.key ?? null) : line;
  return { color: first, line: second };
}

/** Parts runs by the values of two keys. Groups stand in the order of those values, runs in theirs. */
export function groupRuns(
  runs: readonly ComparedRun[],
  keys: readonly ComparedKey[],
  { color, line }: { readonly color: string | null; readonly line: string | null },
): Grouping {
  const groups = new Map<string, { color: RunValue | null; line: RunValue | null; runs: ComparedRun[] }>();
  for (const run of runs) {
    const values = {
      color: color === null ? null : valueOf(run, color),
      line: line === null ? null : valueOf(run, line),
    };
    const name = JSON.stringify([values.color, values.line]);
    const group = groups.get(name) ?? { ...values, runs: [] };
    group.runs.push(run);
    groups.set(name, group);
  }
  const sorted = [...groups.values()].sort((a, b) => compareValues(a.color, b.color) || compareValues(a.line, b.line));
  return {
    color,
    line,
    groups: sorted.map((group) => ({ ...group, label: labelOf(group, { color, line }) })),
    mixed: settingKeys(keys)
      .map(({ key }) => key)
      .filter((key) => sorted.some((group) => new Set(group.runs.map((run) => valueOf(run, key))).size > 1)),
  };
}

function labelOf(group: Omit<RunGroup, 'label'>, keys: { color: string | null; line: string | null }): string {
  const parts = [
    keys.color === null ? null : valueText(group.color),
    keys.line === null ? null : valueText(group.line),
  ].filter((part) => part !== null);
  if (parts.length > 0) return parts.join(' · ');
  return group.runs.length === 1 ? group.runs[0]!.id : 'all runs';
}

/** Keys of a grouping in words: `learning rate · batch size`. */
export const groupingTitle = ({ color, line }: Grouping): string =>
  [color, line].flatMap((key) => (key === null ? [] : [keyTitle(key)])).join(' · ');

/**
 * Colours and dashes of groups. Values that have an order, and ones that are more than there are categories, take the theme's
 * sequence from low to high (rates of learning lie apart by their ratios, which is their order); others take categories.
 */
export function looksOf({ color, line, groups }: Grouping, theme: FigureTheme): GroupLooks {
  const colors = [...new Set(groups.map((group) => valueText(group.color)))];
  const lines = [
    ...new Set([...groups].sort((a, b) => compareValues(a.line, b.line)).map((group) => valueText(group.line))),
  ];
  const values = groups.map((group) => group.color);
  const ordered = color !== null && color !== runKey && isOrdered({ key: color, values });
  const coloring = ordered || colors.length > theme.categories.length ? 'sequence' : 'categories';
  const dashesOf =
    line !== null && lines.length <= mostDashes ? 'line' : coloring === 'categories' ? 'color' : 'nothing';
  const dashed = { line: lines, color: colors, nothing: [] }[dashesOf];
  return { coloring, colors: groupColors(colors, coloring, theme), dashes: groupDashes(dashed), dashesOf };
}

/** Colour and dashes of one group. */
export function lookOf(
  { colors, dashes, dashesOf }: GroupLooks,
  group: RunGroup,
): { readonly color: string; readonly dash: string | undefined } {
  const color = valueText(group.color);
  return { color: colors.get(color)!, dash: dashes.get(dashesOf === 'line' ? valueText(group.line) : color) };
}

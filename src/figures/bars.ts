import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { fitAxis } from './axis.ts';
import type { Axis } from './axis.ts';
import { groupColors, groupsOf } from './groups.ts';
import type { Coloring } from './groups.ts';
import { lookOf, stackedFigure } from './panel.ts';
import { offsetsIn, rowsPanel } from './rows.ts';
import type { FigureCaption, FigureLook } from './specification.ts';
import type { FigureTheme } from './theme.ts';
import { barsTable } from './drawn-tables.ts';
import type { TabledFigure } from './table.ts';

/** The bar of one group in one category. */
export interface Bar {
  /** The legend's words, e.g. `flat` and `sharp`. */
  readonly group: string;
  readonly value: number;
  readonly interval?: readonly [lower: number, upper: number];
  /** What a theory says, drawn as a line across the bar. */
  readonly expected?: number;
}

/** Bars of one category. */
export interface BarCategory {
  readonly label: string;
  readonly bars: readonly Bar[];
}

/** What a bar chart shows. */
export interface BarsFigureData extends FigureCaption {
  readonly id: string;
  /** What the bars are; title of the panel. */
  readonly quantity: string;
  /** Linear, since bars start at zero. */
  readonly x: Omit<Axis, 'scale'>;
  readonly categories: readonly BarCategory[];
  /** What the intervals are, e.g. `95 % interval`; default: they are not named. */
  readonly interval?: string;
  /** Default: categories. */
  readonly coloring?: Coloring;
  /** What the lines of expectation are; default `expected`. */
  readonly expectation?: string;
}

/**
 * Bars from zero for some groups in each category, with intervals and expected values (row R-sgdl: shares of flat and sharp
 * end points against the basins' areas). A value that is not finite has no bar, and a note names it. Throws `USAGE` for
 * limits that are not ascending, and for more groups than there are colours.
 */
export function barsFigure(data: BarsFigureData, look: FigureLook = {}): TabledFigure {
  const { id, quantity, categories } = data;
  const { width, theme } = lookOf(look);
  const bars = categories.flatMap((category) => category.bars);
  const groups = groupsOf(bars.map(({ group }) => group));
  const colors = groupColors(groups, data.coloring ?? 'categories', theme);
  const ends = bars.flatMap(({ value, interval = [], expected = 0 }) => [value, ...interval, expected]);
  const fitted = fitAxis(data.x, [0, ...ends]);
  const x = data.x.domain ? fitted : { ...fitted, domain: withAir(fitted.domain) };
  const missing = categories.flatMap(({ label, bars: own }) =>
    own.flatMap(({ group, value }) => (Number.isFinite(value) ? [] : [`${group} of ${label}`])),
  );
  const panel = rowsPanel(width, theme, {
    title: quantity,
    unit: null,
    labels: categories.map(({ label }) => label),
    x,
    rowHeight: Math.max(30, 17 * groups.length + 10),
    marks: [
      ...categories.flatMap((category, row) => rowMarks(category, row, groups, colors, x.domain, theme)),
      Plot.ruleX([Math.max(0, x.domain[0])], { stroke: theme.muted, strokeWidth: 1 }),
    ],
    legend: [
      ...groups.map((label) => ({ label, color: colors.get(label)!, symbol: 'area' }) as const),
      ...(data.interval === undefined ? [] : [{ label: data.interval, color: theme.ink }]),
      ...(bars.some(({ expected }) => expected !== undefined)
        ? [{ label: data.expectation ?? 'expected', color: theme.muted, dash: '3 2' }]
        : []),
    ],
    notes: missing.length > 0 ? [`not finite, no bar: ${missing.join(', ')}`] : [],
  });
  return { ...stackedFigure(id, data, { width, theme }, [panel]), table: () => barsTable(categories) };
}

/** Room beyond the longest bar, on the side to which there are bars. */
const withAir = ([low, high]: readonly [number, number]): [number, number] => [low < 0 ? 1.04 * low : 0, 1.04 * high];

function rowMarks(
  { bars }: BarCategory,
  row: number,
  groups: readonly string[],
  colors: ReadonlyMap<string, string>,
  [low, high]: readonly [number, number],
  theme: FigureTheme,
): Markish[] {
  const step = 0.8 / groups.length;
  const offsets = offsetsIn(groups.length, 0.8 - step);
  const cut = (value: number): number => Math.min(high, Math.max(low, value));
  return bars.flatMap(({ group, value, interval, expected }) => {
    if (!Number.isFinite(value)) return [];
    const y = row + offsets[groups.indexOf(group)]!;
    const [y1, y2] = [y - 0.44 * step, y + 0.44 * step];
    const fill = colors.get(group)!;
    return [
      Plot.rect({ length: 1 }, { x1: [cut(0)], x2: [cut(value)], y1: [y1], y2: [y2], fill, fillOpacity: 0.45 }),
      Plot.ruleX({ length: 1 }, { x: [cut(value)], y1, y2, stroke: fill, strokeWidth: 2 }),
      ...(interval
        ? [Plot.ruleY({ length: 1 }, { y: [y], x1: [cut(interval[0])], x2: [cut(interval[1])], stroke: theme.ink })]
        : []),
      ...(expected === undefined
        ? []
        : [
            Plot.ruleX(
              { length: 1 },
              {
                x: [cut(expected)],
                y1: y1 - 0.04,
                y2: y2 + 0.04,
                stroke: theme.muted,
                strokeWidth: 1.75,
                strokeDasharray: '3 2',
              },
            ),
          ]),
    ];
  });
}

import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { inliers, leastSquaresLine, pearsonCorrelation } from '../statistics/index.ts';
import { panelMargins } from './panel.ts';
import { defaultWidth, floorDash } from './specification.ts';
import type { FigureOptions, FigurePanel, FigureSpecification, LegendEntry } from './specification.ts';
import { figureThemes } from './theme.ts';
import type { FigureTheme } from './theme.ts';

/** What the scatter of Hessian traces shows: one number for each example in each column. */
export interface TraceScatterData {
  readonly title: string;
  readonly subtitle: string;
  /** tr H_i */
  readonly trace: ArrayLike<number>;
  /** 1 where the example is classified correctly. */
  readonly correct: ArrayLike<number>;
  /** What the traces are compared with: affine traces and margin bounds. */
  readonly proxies: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
}

/** Fewest pairs that have a line and a correlation. */
const fewest = 4;

/**
 * Hessian traces of single examples over what margins say of them (row M-corr; figures 2 and 3 of paper M): a panel for each
 * proxy; examples that are classified correctly in blue, the others in orange. Outliers by their local outlier factor are
 * hollow; the line of each group is fitted without them, and so is the r of the legend. Points that are not finite are
 * counted, not drawn.
 */
export function traceScatterFigure(
  { title, subtitle, trace, correct, proxies }: TraceScatterData,
  options: Omit<FigureOptions, 'window'> = {},
): FigureSpecification {
  const width = options.width ?? defaultWidth;
  const theme = figureThemes[options.theme ?? 'light'];
  const panels = proxies.map(({ name, values }): FigurePanel => {
    const groups = [1, 0].map((flag) => {
      const members = Array.from({ length: trace.length }, (_, index) => index).filter(
        (index) => (correct[index] === 1) === (flag === 1),
      );
      const shown = members.filter((index) => Number.isFinite(values[index]) && Number.isFinite(trace[index]));
      return groupOf(shown, values, trace, flag === 1 ? theme.loss : theme.floor, flag === 1 ? 'correct' : 'wrong');
    });
    const lost = trace.length - groups.reduce((sum, { x }) => sum + x.length, 0);
    return scatterPanel(name, lost, groups, width, theme);
  });
  return { id: 'traces', title, subtitle, width, theme, panels };
}

interface Group {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Indices into x and y. */
  readonly inside: ReadonlySet<number>;
  readonly color: string;
  readonly label: string;
  /** Ends of the fitted line; null where there is none. */
  readonly line: readonly (readonly [x: number, y: number])[] | null;
}

function groupOf(
  members: readonly number[],
  values: ArrayLike<number>,
  trace: ArrayLike<number>,
  color: string,
  name: string,
): Group {
  const [x, y] = [members.map((index) => values[index]!), members.map((index) => trace[index]!)];
  const inside = inliers(x, y);
  const [a, b] = [inside.map((index) => x[index]!), inside.map((index) => y[index]!)];
  const [low, high] = [a.reduce((u, v) => Math.min(u, v), Infinity), a.reduce((u, v) => Math.max(u, v), -Infinity)];
  if (a.length < fewest || !(high > low))
    return { x, y, inside: new Set(inside), color, label: `${name}: ${x.length}`, line: null };
  const { slope, intercept } = leastSquaresLine(a, b);
  const { r } = pearsonCorrelation(a, b);
  return {
    x,
    y,
    inside: new Set(inside),
    color,
    label: `${name}: ${x.length}, r = ${r.toFixed(2)}`,
    line: [low, high].map((at) => [at, slope * at + intercept] as const),
  };
}

function scatterPanel(
  name: string,
  lost: number,
  groups: readonly Group[],
  width: number,
  theme: FigureTheme,
): FigurePanel {
  const height = 260;
  const plot: PlotOptions = {
    width,
    height,
    marginLeft: panelMargins.left,
    marginRight: panelMargins.right,
    marginTop: panelMargins.top,
    marginBottom: panelMargins.bottom + 16,
    x: { label: null, nice: true },
    y: { label: null, nice: true },
    marks: [
      Plot.gridY({ stroke: theme.grid, strokeOpacity: 1, ticks: 5 }),
      ...groups.flatMap(groupMarks),
      Plot.axisX({
        label: name,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        color: theme.muted,
        tickSize: 4,
      }),
      Plot.axisY({ color: theme.muted, tickSize: 0, ticks: 5, tickPadding: 8 }),
    ],
  };
  const legend: LegendEntry[] = groups
    .filter(({ x }) => x.length > 0)
    .map(({ label, color }) => ({ label, color, dash: floorDash }));
  const heading = lost > 0 ? ` (${lost} examples are not finite)` : '';
  return { title: `Hessian traces of examples${heading}`, unit: null, legend, plot, height };
}

function groupMarks({ x, y, inside, color, line }: Group): Markish[] {
  const points = { length: x.length };
  const columns = { x: [...x], y: [...y] };
  return [
    Plot.dot(points, { ...columns, r: 1.8, stroke: color, strokeWidth: 0.8, strokeOpacity: 0.6 }),
    Plot.dot(points, {
      ...columns,
      r: 1.8,
      fill: color,
      fillOpacity: 0.6,
      filter: x.map((_, index) => inside.has(index)),
    }),
    ...(line === null
      ? []
      : [
          Plot.line(
            { length: 2 },
            {
              x: line.map(([at]) => at),
              y: line.map(([, at]) => at),
              stroke: color,
              strokeWidth: 1.75,
              strokeDasharray: floorDash,
            },
          ),
        ]),
  ];
}

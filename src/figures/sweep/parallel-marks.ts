import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import type { Brushes } from '../../contract/index.ts';
import { cutText } from '../text-width.ts';
import type { FigureTheme } from '../theme.ts';
import { isWithin, type ParallelAxis, type ParallelLine } from './parallel-lines.ts';

/** An axis as it is drawn. */
export interface PlacedAxis extends ParallelAxis {
  /** Pixels from the left and upper edge of the panel's plot: the axis goes from `bottom` up to `top`. */
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** Faint lines first, then the others by their value, so that the ends of the scale are not hidden. */
export function lineMarks(
  lines: readonly ParallelLine[],
  brushes: Brushes,
  colorOfValue: (value: number) => string | null,
  theme: FigureTheme,
): Markish[] {
  const faint = lines.filter((line) => !isWithin(line, brushes));
  const strong = lines
    .filter((line) => isWithin(line, brushes))
    .sort((a, b) => (a.spread.mean ?? -Infinity) - (b.spread.mean ?? -Infinity));
  const many = strong.length > 150;
  const drawn = (
    own: readonly ParallelLine[],
    color: (line: ParallelLine) => string,
    strokeWidth: number,
    opacity: number,
  ) => {
    const points = own.flatMap((line) => line.points.map((point) => ({ line, point })));
    return Plot.line(
      { length: points.length },
      {
        x: points.map(({ point }) => point.axis),
        y: points.map(({ point }) => point.height),
        z: points.map(({ line }) => line.cell),
        stroke: points.map(({ line }) => color(line)),
        strokeWidth,
        strokeOpacity: opacity,
        title: points.map(({ line }) => line.words),
      },
    );
  };
  const strongColor = ({ spread }: ParallelLine): string =>
    (spread.mean === null ? null : colorOfValue(spread.mean)) ?? theme.muted;
  return [
    ...(faint.length > 0 ? [drawn(faint, () => theme.iteration, 0.8, 0.6)] : []),
    ...(strong.length > 0 ? [drawn(strong, strongColor, many ? 1 : 1.75, many ? 0.55 : 0.85)] : []),
  ];
}

export function axisMarks(
  { ticks, title, isLast }: PlacedAxis,
  { index, step, marginLeft }: { readonly index: number; readonly step: number; readonly marginLeft: number },
  brush: Brushes[string] | undefined,
  theme: FigureTheme,
): Markish[] {
  const place = { x: ticks.map(() => index), y: ticks.map(({ height }) => height) };
  const halo = { stroke: theme.background, strokeWidth: 4 };
  const anchor = isLast || index > 0 ? 'start' : 'end';
  const half = 7;
  return [
    Plot.ruleX({ length: 1 }, { x: [index], y1: [0], y2: [1], stroke: theme.muted, strokeWidth: 1 }),
    ...(brush
      ? [
          Plot.ruleX(
            { length: 1 },
            {
              x: [index],
              y1: [brush[0]],
              y2: [brush[1]],
              stroke: theme.loss,
              strokeWidth: 2 * half,
              strokeOpacity: 0.25,
            },
          ),
        ]
      : []),
    Plot.dot({ length: ticks.length }, { ...place, r: 1.5, fill: theme.muted }),
    Plot.text(
      { length: ticks.length },
      {
        ...place,
        text: ticks.map(({ text }) => (isLast ? text : cutText(text, (index === 0 ? marginLeft : step) - 14))),
        dx: anchor === 'start' ? 7 : -7,
        textAnchor: anchor,
        fill: theme.muted,
        ...halo,
      },
    ),
    Plot.text(
      { length: 1 },
      {
        x: [index],
        y: [1],
        text: [cutText(title, Math.max(48, step - 8))],
        title: [title],
        dy: -18,
        textAnchor: index === 0 ? 'start' : isLast ? 'end' : 'middle',
        dx: index === 0 ? -marginLeft + 20 : isLast ? 40 : 0,
        fill: theme.ink,
        fontWeight: 600,
        ...halo,
      },
    ),
  ];
}

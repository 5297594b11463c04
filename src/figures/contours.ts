import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { ThalwegError } from '../base/index.ts';
import type { Domain } from './axis.ts';
import type { FigureTheme } from './theme.ts';

/** A function of two variables on an even grid. */
export interface SurfaceGrid {
  /** Evenly spaced, ascending; at least two. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** Loss at (a[i], b[j]) in `j·|a| + i`, nat. */
  readonly loss: ArrayLike<number>;
}

/** Ranges of both variables. */
export interface GridExtent {
  readonly a: Domain;
  readonly b: Domain;
}

/** Number of contour lines. */
const contourLines = 16;

export const gridExtent = ({ a, b }: SurfaceGrid): GridExtent => ({ a: endsOf(a), b: endsOf(b) });
const endsOf = (values: readonly number[]): Domain => [values[0]!, values.at(-1)!];

/** Distances of grid points. Throws `USAGE` for a grid that is not even and ascending. */
export const gridSteps = ({ a, b }: SurfaceGrid): { a: number; b: number } => ({
  a: stepOf('a', a),
  b: stepOf('b', b),
});

function stepOf(name: string, values: readonly number[]): number {
  const step = (values.at(-1)! - values[0]!) / (values.length - 1);
  const even = values.every((value, index) => Math.abs(value - values[0]! - index * step) <= 1e-6 * step);
  if (values.length < 2 || !(step > 0) || !even)
    throw new ThalwegError(
      'USAGE',
      `surface figure: expected evenly spaced, ascending ${name}, got ${values.join(', ')}`,
    );
  return step;
}

/**
 * Levels strictly between the lowest and the highest finite loss, growing by one factor (by one difference where a loss is not
 * positive). Throws `NO_DATA` when fewer than two different losses are finite.
 */
export function contourLevels(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(high > low)) throw new ThalwegError('NO_DATA', 'surface figure: expected at least two different finite losses');
  return Array.from({ length: contourLines }, (_, index) => {
    const share = (index + 1) / (contourLines + 1);
    return low > 0 ? low * (high / low) ** share : low + share * (high - low);
  });
}

/** Contour lines at `thresholds`, in one colour or coloured by their level. */
export function contourMark(grid: SurfaceGrid, thresholds: number[], style: Plot.ContourOptions): Markish {
  const extent = gridExtent(grid);
  const step = gridSteps(grid);
  return Plot.contour(Array.from(grid.loss), {
    width: grid.a.length,
    height: grid.b.length,
    // Each value stands in the middle of a cell.
    x1: extent.a[0] - step.a / 2,
    x2: extent.a[1] + step.a / 2,
    y1: extent.b[0] - step.b / 2,
    y2: extent.b[1] + step.b / 2,
    thresholds,
    ...style,
  });
}

/** How far contour lines reach beyond the grid, with two pixels more; `pixels` per unit of both axes. */
export function reachBeyond(
  grid: SurfaceGrid,
  pixels: { readonly a: number; readonly b: number },
): { a: number; b: number } {
  const step = gridSteps(grid);
  return { a: step.a / 2 + 2 / pixels.a, b: step.b / 2 + 2 / pixels.b };
}

/**
 * Hides what contours draw in the outer half of the outermost cells, where there are no values: they close their lines
 * there. (A clipping path would need an identifier, which is not the same every time.)
 */
export function contourRim({ a, b }: GridExtent, outside: { a: number; b: number }, theme: FigureTheme): Markish {
  const [outerA, outerB]: [Domain, Domain] = [
    [a[0] - outside.a, a[1] + outside.a],
    [b[0] - outside.b, b[1] + outside.b],
  ];
  const strips: readonly (readonly [Domain, Domain])[] = [
    [[outerA[0], a[0]], outerB],
    [[a[1], outerA[1]], outerB],
    [outerA, [outerB[0], b[0]]],
    [outerA, [b[1], outerB[1]]],
  ];
  return Plot.rect(
    { length: strips.length },
    {
      x1: strips.map(([x]) => x[0]),
      x2: strips.map(([x]) => x[1]),
      y1: strips.map(([, y]) => y[0]),
      y2: strips.map(([, y]) => y[1]),
      fill: theme.background,
    },
  );
}

import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { canShow, isOnAxis, scaled, unscaled } from './axis.ts';
import type { Domain, FittedAxis, Scale } from './axis.ts';
import { clipCurve, columnOf, inWindow } from './curve.ts';
import type { Curve } from './curve.ts';
import { decimate } from './decimate.ts';
import { innerWidth } from './panel.ts';
import type { PanelFrame } from './panel.ts';

/** A line mark through the part of `curve` in view, thinned to what the width can show; `y` where its limits are settled. */
export function line(frame: PanelFrame, curve: Curve, style: Plot.LineOptions, y?: FittedAxis): Markish {
  const seen = curveInView(frame, curve, y);
  return Plot.line(
    { length: seen.x.length },
    { x: seen.x, y: seen.y, strokeWidth: 1.5, strokeLinejoin: 'round', ...style },
  );
}

/**
 * The part of a curve within the limits of a panel, cut exactly at its edges and thinned to two points per pixel column besides
 * extremes and gaps. What an axis cannot show (not finite, or not positive on a logarithmic axis) is a gap.
 */
export function curveInView(frame: PanelFrame, curve: Curve, y?: FittedAxis): Curve {
  const { scale, domain } = frame.x;
  const [from, to] = [scaled(scale, domain[0]), scaled(scale, domain[1])];
  const even = evenCurve(inWindow(curve, domain), scale, y?.scale ?? 'linear');
  const thinned = decimate({ ...even, length: even.x.length }, from, to, 2 * innerWidth(frame.width));
  const cut = clipCurve(thinned, from, to);
  const seen = y ? clipVertically(cut, [scaled(y.scale, y.domain[0]), scaled(y.scale, y.domain[1])]) : cut;
  return {
    x: scale === 'log' ? seen.x.map((value) => unscaled(scale, value)) : seen.x,
    y: y?.scale === 'log' ? seen.y.map((value) => unscaled('log', value)) : seen.y,
  };
}

/** The curve in coordinates in which both axes are even. Points without a place on the horizontal axis are left out. */
function evenCurve(curve: Curve, x: Scale, y: Scale): Curve {
  if (x === 'linear' && y === 'linear') return curve;
  const placed = pointsWhere(curve, (index) => canShow(x, curve.x[index]!));
  return {
    x: columnOf(placed.x.length, (index) => scaled(x, placed.x[index]!)),
    y: columnOf(placed.y.length, (index) => (canShow(y, placed.y[index]!) ? scaled(y, placed.y[index]!) : NaN)),
  };
}

/** The parts of a curve with `low ≤ y ≤ high`, cut exactly where a line crosses an edge, with gaps between them. */
export function clipVertically(curve: Curve, [low, high]: Domain): Curve {
  const { x, y } = curve;
  const [xs, ys]: [number[], number[]] = [[], []];
  const put = (atX: number, atY: number): void => void (xs.push(atX), ys.push(atY));
  const crossings = (index: number): [number, number][] => {
    const [before, rise] = [y[index - 1]!, y[index]! - y[index - 1]!];
    const at = (edge: number): [number, number] => [(edge - before) / rise, edge];
    return [at(low), at(high)].filter(([share]) => share > 0 && share < 1).sort(([a], [b]) => a - b);
  };
  for (let index = 0; index < x.length; index++) {
    const leaves = index > 0 && y[index - 1]! >= low && y[index - 1]! <= high;
    const isInside = y[index]! >= low && y[index]! <= high;
    const passed = index > 0 ? crossings(index) : [];
    for (const [share, edge] of passed) put(x[index - 1]! + share * (x[index]! - x[index - 1]!), edge);
    if (isInside) put(x[index]!, y[index]!);
    else if (leaves || passed.length > 0 || Number.isNaN(y[index]!)) put(x[index]!, NaN);
  }
  return { x: Float64Array.from(xs), y: Float64Array.from(ys) };
}

/** Points of a curve that no line joins with another: nothing of them would be seen. */
export function lonePoints({ x, y }: Curve, axis?: FittedAxis): Curve {
  const isGap = (index: number): boolean => !canShow(axis?.scale ?? 'linear', y[index] ?? NaN);
  return pointsWhere({ x, y }, (index) => !isGap(index) && isGap(index - 1) && isGap(index + 1));
}

/** Points of a curve that both axes can show within their limits. */
export const pointsInView = ({ x: axis }: PanelFrame, { x, y }: Curve, vertical?: FittedAxis): Curve =>
  pointsWhere({ x, y }, (index) => {
    const isShown = vertical ? isOnAxis(vertical, y[index]!) : Number.isFinite(y[index]);
    return isShown && isOnAxis(axis, x[index]!);
  });

function pointsWhere({ x, y }: Curve, isTaken: (index: number) => boolean): Curve {
  const taken: number[] = [];
  for (let index = 0; index < x.length; index++) if (isTaken(index)) taken.push(index);
  const column = (values: Float64Array): Float64Array => columnOf(taken.length, (index) => values[taken[index]!]!);
  return { x: column(x), y: column(y) };
}

import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import type { FittedAxis } from './axis.ts';
import { bandInView } from './band.ts';
import type { Band } from './band.ts';
import { inWindow } from './curve.ts';
import type { Curve } from './curve.ts';
import { line, lonePoints, pointsInView } from './line.ts';
import type { PanelFrame } from './panel.ts';
import type { MarkerShape } from './specification.ts';

/** One curve of a panel. */
export interface DrawnCurve {
  readonly color: string;
  readonly curve: Curve;
  readonly strokeWidth: number;
  /** In (0, 1]; default: 1. */
  readonly opacity?: number;
  /** SVG dash pattern; a solid stroke when absent. */
  readonly dash?: string;
  /** Between these two heights lies what the curve may also be. */
  readonly band?: Band;
  /** Shape of its points, which are marked where they are few; default: circle. */
  readonly shape?: MarkerShape;
}

/** Points of a curve are marked up to this many. */
const markedPoints = 24;

/** Marks of curves: bands below, then the lines, then points where they are few or stand alone. */
export const curveMarks = (frame: PanelFrame, drawn: readonly DrawnCurve[], y?: FittedAxis): Markish[] => [
  ...drawn.flatMap(({ band, curve, color }) => (band ? [bandMark(frame, curve.x, band, color, y)] : [])),
  ...drawn.map(({ curve, color, strokeWidth, opacity, dash }) => {
    const look = { ...(dash && { strokeDasharray: dash }), ...(opacity !== undefined && { strokeOpacity: opacity }) };
    return line(frame, curve, { stroke: color, strokeWidth, ...look }, y);
  }),
  ...drawn.flatMap((entry) => pointMarks(frame, entry, y)),
];

function bandMark(frame: PanelFrame, x: Float64Array, band: Band, color: string, y?: FittedAxis): Markish {
  const seen = bandInView(frame, x, band, y);
  return Plot.areaY(
    { length: seen.x.length },
    { x: seen.x, y1: seen.lower, y2: seen.upper, fill: color, fillOpacity: 0.18 },
  );
}

function pointMarks(frame: PanelFrame, { curve, color, shape = 'circle' }: DrawnCurve, y?: FittedAxis): Markish[] {
  const points = pointsInView(
    frame,
    curve.x.length <= markedPoints ? curve : lonePoints(inWindow(curve, frame.x.domain), y),
    y,
  );
  if (points.x.length === 0) return [];
  return [Plot.dot({ length: points.x.length }, { ...points, r: 2.75, fill: color, symbol: shape })];
}

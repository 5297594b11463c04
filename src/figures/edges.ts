import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { isOnAxis } from './axis.ts';
import type { Scale } from './axis.ts';
import { inWindow } from './curve.ts';
import type { Curve } from './curve.ts';
import { innerWidth } from './panel.ts';
import type { PanelFrame } from './panel.ts';

/** How a value without a place on its axis is marked, and what a note says of it. */
const kinds = {
  up: { sign: '▲', words: () => '+∞' },
  down: { sign: '▼', words: (scale: Scale) => (scale === 'log' ? '≤ 0, which a logarithmic axis cannot show' : '−∞') },
  none: { sign: '×', words: () => 'not a number' },
} as const;
type Kind = keyof typeof kinds;
const kindNames = Object.keys(kinds) as Kind[];

/** What a panel says of values that have no place in it. */
export interface EdgeContent {
  readonly marks: readonly Markish[];
  readonly notes: readonly string[];
}

/**
 * Marks at the edges of a panel where a curve has a value that its vertical axis cannot show, in the curve's colour: above for +∞,
 * below for −∞ and for what is not positive on a logarithmic axis, a cross below for NaN; and a note that counts them. Of each
 * kind one mark stands for those in one column of pixels.
 */
export function edgeContent(
  frame: PanelFrame,
  curves: readonly { readonly curve: Curve; readonly color: string }[],
  scale: Scale = 'linear',
): EdgeContent {
  const counts: Record<Kind, number> = { up: 0, down: 0, none: 0 };
  const marks = curves.flatMap(({ curve, color }) => {
    const places = placesOf(frame, curve, scale);
    return kindNames.flatMap((kind) => {
      counts[kind] += places[kind].length;
      const x = onePerPixel(frame, places[kind]);
      return x.length > 0 ? [edgeMark(kind, x, color)] : [];
    });
  });
  const parts = kindNames
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${kinds[kind].sign} ${counted(counts[kind])} ${kinds[kind].words(scale)}`);
  return { marks, notes: parts.length > 0 ? [`marked at the edge: ${parts.join('; ')}`] : [] };
}

const counted = (count: number): string => (count === 1 ? '1 value is' : `${count} values are`);

function placesOf({ x: axis }: PanelFrame, curve: Curve, scale: Scale): Record<Kind, number[]> {
  const { x, y, lost } = inWindow(curve, axis.domain);
  const places: Record<Kind, number[]> = { up: [], down: [], none: [] };
  lost?.x.forEach((at, index) => {
    const value = lost.y[index]!;
    if (isOnAxis(axis, at)) places[Number.isNaN(value) ? 'none' : value > 0 ? 'up' : 'down'].push(at);
  });
  if (scale === 'log')
    x.forEach((at, index) => {
      if (y[index]! <= 0 && y[index]! > -Infinity && isOnAxis(axis, at)) places.down.push(at);
    });
  return places;
}

function onePerPixel({ x: { domain }, width }: PanelFrame, places: readonly number[]): number[] {
  const pixel = (domain[1] - domain[0]) / innerWidth(width);
  const columns = new Map(places.map((at) => [Math.round((at - domain[0]) / pixel), at]));
  return [...columns.values()];
}

function edgeMark(kind: Kind, x: readonly number[], color: string): Markish {
  const points = { length: x.length };
  if (kind === 'none')
    return Plot.dot(points, { x, frameAnchor: 'bottom', dy: -5, symbol: 'times', r: 3, stroke: color });
  const place = kind === 'up' ? ({ frameAnchor: 'top', dy: 5 } as const) : ({ frameAnchor: 'bottom', dy: -5 } as const);
  return Plot.dot(points, { x, ...place, symbol: 'triangle', rotate: kind === 'up' ? 0 : 180, r: 3.5, fill: color });
}

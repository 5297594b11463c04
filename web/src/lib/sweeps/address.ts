import {
  brushesText,
  finalQuantities,
  parseBrushes,
  parsePlaces,
  placesText,
  type Brushes,
  type FinalQuantity,
  type Places,
} from '../../../../src/contract/index.ts';
import { noAxis, type MatrixChoices, type Scale, type SweepSource } from '../../../../src/figures/index.ts';
import type { QueryPatch } from '../routes.ts';

/** What a reader chose in the view of a sweep: it lies in the address, so that a link shows the same. */
export interface SweepAddress {
  readonly quantity: FinalQuantity | undefined;
  /** Keys of axes; undefined: the figure chooses. */
  readonly x: string | undefined;
  readonly y: string | undefined;
  readonly scale: Scale;
  readonly at: Places;
  readonly brushes: Brushes;
  /** Order of the table by the quantity; null: as in the plan. */
  readonly order: 'ascending' | 'descending' | null;
}

/** What an address asks for. What it says wrongly or not at all, and what the sweep does not have, has its default. */
export function readSweepAddress(query: URLSearchParams, { axes, quantities }: SweepSource): SweepAddress {
  const keys = axes.map(({ key }) => key);
  const axisOf = (name: string): string | undefined => keys.find((key) => key === query.get(name));
  const x = axisOf('x');
  const y = query.get('y') === noAxis ? noAxis : axisOf('y');
  const quantity = finalQuantities.find((each) => each === query.get('quantity') && quantities.includes(each));
  const places = Object.entries(parsePlaces(query.get('at') ?? '') ?? {});
  const brushes = Object.entries(parseBrushes(query.get('brush') ?? '') ?? {});
  const order = query.get('sort');
  return {
    quantity,
    x,
    y: y === x ? undefined : y,
    scale: query.get('scale') === 'log' ? 'log' : 'linear',
    at: Object.fromEntries(
      places.filter(([key, place]) => axes.some((axis) => axis.key === key && place < axis.values.length)),
    ),
    brushes: Object.fromEntries(
      brushes.filter(([key]) => keys.includes(key) || finalQuantities.some((each) => each === key)),
    ),
    order: order === 'ascending' || order === 'descending' ? order : null,
  };
}

/** The part of a query that says `change`; what is the default has no place in an address. */
export function sweepPatch(change: Partial<SweepAddress>): QueryPatch {
  const patch: Record<string, string | null> = {};
  for (const name of ['quantity', 'x', 'y'] as const) if (name in change) patch[name] = change[name] ?? null;
  if (change.scale) patch['scale'] = change.scale === 'log' ? 'log' : null;
  if (change.at) patch['at'] = placesText(change.at);
  if (change.brushes) patch['brush'] = brushesText(change.brushes);
  if (change.order !== undefined) patch['sort'] = change.order;
  return patch;
}

/** What the matrix is asked for. */
export const matrixChoices = ({ quantity, x, y, scale, at }: SweepAddress): MatrixChoices => ({
  ...(quantity && { quantity }),
  ...(x !== undefined && { x }),
  ...(y !== undefined && { y }),
  scale,
  at,
});

/** The query of a figure's file with the same content. */
export function sweepFigureQuery(address: SweepAddress): string {
  const { order: _order, ...shown } = address;
  const given = Object.entries(sweepPatch(shown)).filter((entry): entry is [string, string] => entry[1] !== null);
  return new URLSearchParams(given).toString();
}

/** A mapping without one of its keys. */
export const without = <T>(mapping: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(mapping).filter(([other]) => other !== key));

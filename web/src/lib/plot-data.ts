import type uPlot from 'uplot';
import { canShow, type RowColumns, type Scale } from '../../../src/figures/index.ts';

/** What cannot be drawn as a line, and the edge of the plot at which it is marked. */
export type MarkKind = 'notANumber' | 'infinite' | 'negativeInfinite' | 'notPositive';

/** A record that a line cannot show. */
export interface EdgeMark {
  readonly x: number;
  readonly curve: number;
  readonly kind: MarkKind;
}

type Column = (number | null | undefined)[];

/**
 * Curves over one common axis: where a curve has no point of its own it is undefined, all along a gap null. A value that
 * the vertical scale cannot show is a gap.
 */
export function aligned(curves: readonly RowColumns[], scale: Scale): uPlot.AlignedData {
  const x: number[] = [];
  const columns: Column[] = curves.map(() => []);
  const next = curves.map(() => 0);
  for (;;) {
    let nearest = -1;
    for (let index = 0; index < curves.length; index++) {
      if (next[index]! >= curves[index]!.length) continue;
      if (nearest < 0 || curves[index]!.x[next[index]!]! < curves[nearest]!.x[next[nearest]!]!) nearest = index;
    }
    if (nearest < 0) return [x, ...columns.map(widenGaps)] as uPlot.AlignedData;
    const row = next[nearest]!++;
    const value = curves[nearest]!.y[row]!;
    x.push(curves[nearest]!.x[row]!);
    columns.forEach((column, index) =>
      column.push(index !== nearest ? undefined : canShow(scale, value) ? value : null),
    );
  }
}

/** Makes null of what is undefined next to a gap: uPlot would otherwise draw from the gap to the next point. */
function widenGaps(column: Column): Column {
  for (let row = 1; row < column.length; row++)
    if (column[row - 1] === null && column[row] === undefined) column[row] = null;
  for (let row = column.length - 2; row >= 0; row--)
    if (column[row + 1] === null && column[row] === undefined) column[row] = null;
  return column;
}

/** The records that lines cannot show, in their order. */
export function edgeMarks(curves: readonly RowColumns[], scale: Scale): EdgeMark[] {
  return curves.flatMap(({ x, y, iteration, length }, curve) => {
    const marks: EdgeMark[] = [];
    for (let row = 0; row < length; row++) {
      if (canShow(scale, y[row]!) || Number.isNaN(iteration[row]!)) continue;
      marks.push({ x: x[row]!, curve, kind: kindOf(y[row]!) });
    }
    return marks;
  });
}

function kindOf(value: number): MarkKind {
  if (Number.isNaN(value)) return 'notANumber';
  if (value === Infinity) return 'infinite';
  return value === -Infinity ? 'negativeInfinite' : 'notPositive';
}

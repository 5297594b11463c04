import { requireWhole, wrongUse } from './check.ts';
import { requireBox, type Box, type Points } from './points.ts';

/** Cells of equal size that fill a box. */
export interface Grid {
  readonly box: Box;
  /** Number of cells along each axis. Cells are counted row by row, the last axis fastest. */
  readonly cells: readonly number[];
}

/** Most cells, or centres, that a grid may have. */
const most = 4_000_000;

/** A grid with as many cells along every axis. Throws `USAGE` for one too large. */
export function gridOn(box: Box, cells: number): Grid {
  const dimension = box.low.length;
  requireBox('grid', box, dimension);
  requireWhole('grid', 'cells along an axis', cells, 1);
  if (cells ** dimension > most) throw wrongUse('grid', `at most ${most} cells`, `${cells}^${dimension}`);
  return { box, cells: new Array<number>(dimension).fill(cells) };
}

/** Number of all cells. */
export const cellCount = ({ cells }: Grid): number => cells.reduce((product, size) => product * size, 1);

/** The centres of all cells, in their order. */
export function gridCentres(grid: Grid): Points {
  const { box, cells } = grid;
  const [count, dimension] = [cellCount(grid), cells.length];
  const coordinates = new Float64Array(count * dimension);
  for (let cell = 0; cell < count; cell++) {
    let rest = cell;
    for (let axis = dimension - 1; axis >= 0; axis--) {
      const along = rest % cells[axis]!;
      rest = (rest - along) / cells[axis]!;
      const width = (box.high[axis]! - box.low[axis]!) / cells[axis]!;
      coordinates[cell * dimension + axis] = box.low[axis]! + (along + 0.5) * width;
    }
  }
  return { count, dimension, coordinates };
}

/** How many points lie in each cell. */
export interface CellCounts {
  readonly counts: Uint32Array<ArrayBuffer>;
  /** Points outside the box, or whose coordinates are not numbers. */
  readonly outside: number;
}

/** Counts points by cells; the upper bounds of the box belong to its last cells. Throws `USAGE` for another dimension. */
export function countByCell(points: Points, grid: Grid): CellCounts {
  if (points.dimension !== grid.cells.length)
    throw wrongUse('grid', `points of ${grid.cells.length} dimensions`, points.dimension);
  const counts = new Uint32Array(cellCount(grid));
  let outside = 0;
  for (let point = 0; point < points.count; point++) {
    const cell = cellOf(points, point, grid);
    if (cell < 0) outside++;
    else counts[cell]!++;
  }
  return { counts, outside };
}

function cellOf({ coordinates, dimension }: Points, point: number, { box, cells }: Grid): number {
  let cell = 0;
  for (let axis = 0; axis < dimension; axis++) {
    const [low, high, size] = [box.low[axis]!, box.high[axis]!, cells[axis]!];
    const value = coordinates[point * dimension + axis]!;
    if (!(value >= low && value <= high)) return -1;
    cell = cell * size + Math.min(size - 1, Math.floor(((value - low) / (high - low)) * size));
  }
  return cell;
}

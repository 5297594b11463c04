import type { PlacedCell } from '../../../../src/figures/index.ts';
import { addMark, pointIn, setAttributes, type FigureTouch, type PlotPoint } from '../figure-touch.ts';

/** What a reader does with the cells of a matrix. */
export interface CellHandlers {
  /** The cell under the pointer, or that the keys chose. */
  readonly point: (cell: PlacedCell) => void;
  readonly open: (cell: PlacedCell) => void;
}

/** Which cell is pointed at; it stays the same when the figure is drawn anew. */
interface Pointed {
  column: number;
  row: number;
}

/** Pointer and arrow keys choose a cell, a click and Enter open it. @param cells of the drawing that is on the screen */
export function matrixTouch(cells: () => readonly PlacedCell[], handlers: CellHandlers): FigureTouch {
  let pointed: Pointed | null = null;
  return {
    keys: 'arrow keys choose a cell, Enter compares its runs',
    attach: (element, [plot]) => {
      if (!plot) return () => undefined;
      const listening = new AbortController();
      const { signal } = listening;
      const mark = addMark(plot, 'rect');
      const color = getComputedStyle(element).getPropertyValue('--ink');
      setAttributes(mark, { fill: 'none', stroke: color, 'stroke-width': 2, visibility: 'hidden' });
      const current = (): PlacedCell | undefined => cells().find((cell) => isSame(cell, pointed));
      const choose = (cell: PlacedCell | undefined): void => {
        if (!cell) return;
        const isNew = !isSame(cell, pointed);
        pointed = { column: cell.column, row: cell.row };
        setAttributes(mark, { ...cell.box, visibility: 'visible' });
        if (isNew) handlers.point(cell);
      };
      choose(current());
      const under = (event: MouseEvent): PlacedCell | undefined => cellAt(cells(), pointIn(plot, event));
      element.addEventListener('pointermove', (event) => choose(under(event)), { signal });
      element.addEventListener('click', (event) => open(under(event)), { signal });
      element.addEventListener('keydown', (event) => press(event), { signal });
      const open = (cell: PlacedCell | undefined): void => {
        choose(cell);
        if (cell) handlers.open(cell);
      };
      const press = (event: KeyboardEvent): void => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const step = steps[event.key];
        if (event.key === 'Enter') open(current());
        else if (step) choose(pointed ? neighbour(cells(), current(), step) : cells()[0]);
        else return;
        event.preventDefault();
      };
      return () => {
        listening.abort();
        mark.remove();
      };
    },
  };
}

const isSame = ({ column, row }: PlacedCell, pointed: Pointed | null): boolean =>
  pointed !== null && pointed.column === column && pointed.row === row;

const cellAt = (cells: readonly PlacedCell[], { x, y }: PlotPoint): PlacedCell | undefined =>
  cells.find(({ box }) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height);

/** Directions on the screen. */
const steps: Readonly<Record<string, PlotPoint>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The nearest cell in a direction; the cell itself at the edge. */
function neighbour(
  cells: readonly PlacedCell[],
  from: PlacedCell | undefined,
  { x, y }: PlotPoint,
): PlacedCell | undefined {
  if (!from) return cells[0];
  const ahead = cells.flatMap((cell) => {
    const [dx, dy] = [cell.box.x - from.box.x, cell.box.y - from.box.y];
    const [along, beside] = [dx * x + dy * y, Math.abs(dx * y) + Math.abs(dy * x)];
    // What lies straight ahead comes before what is nearer but to the side.
    return along > 0.5 ? [{ cell, far: along + 100 * beside }] : [];
  });
  return ahead.sort((a, b) => a.far - b.far)[0]?.cell ?? from;
}

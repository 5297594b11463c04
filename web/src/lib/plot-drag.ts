import type uPlot from 'uplot';
import type { Range } from './windows.ts';

/** Pixels; a shorter drag is a click. */
export const smallestDrag = 5;

/** The range that was chosen by dragging in a plot, which forgets it; null for a click. */
export function takeSelection(plot: uPlot): Range | null {
  const { left, width } = plot.select;
  if (width < smallestDrag) return null;
  const range: Range = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  return range;
}

/** Begins a drag: it chooses a range (`start`), or with Shift moves the view, which is told in shares of the plot's width. */
export function beginDrag(
  plot: uPlot,
  event: MouseEvent,
  start: (event: MouseEvent) => void,
  move: (share: number) => void,
): null {
  if (!event.shiftKey) {
    start(event);
    return null;
  }
  let before = event.clientX;
  const follow = (next: MouseEvent): void => {
    move((before - next.clientX) / plot.over.clientWidth);
    before = next.clientX;
  };
  addEventListener('mousemove', follow);
  addEventListener('mouseup', () => removeEventListener('mousemove', follow), { once: true });
  return null;
}

import type { FigurePanel } from '../../../src/figures/index.ts';
import { viewGestures } from './gestures.ts';
import { smallestDrag } from './plot-drag.ts';
import { moved, wholeWindow, zoomed } from './windows.ts';
import type { Range } from './windows.ts';

/** A panel over iterations as it stands on the screen. */
export interface PlacedPanel {
  readonly panel: FigurePanel;
  readonly iterations: Range;
  /** Its origin is the upper left corner of the plot. */
  readonly plot: SVGGraphicsElement;
}

/** What a figure over iterations shows, and how another part is asked for. */
export interface FigureZoom {
  /** What can be seen at most. */
  readonly extent: Range;
  /** What was asked for and may not be drawn yet: the next gesture goes on from there; null: what is drawn. */
  readonly wanted: () => Range | null;
  /** The window that was chosen, whole iterations; null: everything. */
  readonly choose: (window: Range | null) => void;
}

/** The part of the screen between the axes of a panel. */
interface Place {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function placeOf({ panel: { plot, height }, plot: group }: PlacedPanel): Place {
  const { marginLeft = 0, marginRight = 0, marginTop = 0, marginBottom = 0, width = 0 } = plot;
  const { a, d, e, f } = group.getScreenCTM()!;
  return {
    left: e + a * marginLeft,
    right: e + a * (width - marginRight),
    top: f + d * marginTop,
    bottom: f + d * (height - marginBottom),
  };
}

const isInside = ({ left, right, top, bottom }: Place, { clientX, clientY }: PointerEvent): boolean =>
  clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;

/** Dragging over a panel of iterations chooses a window, a double click shows everything; keys and wheel as in every figure. */
export const figureGestures =
  (panels: () => readonly PlacedPanel[], { extent, wanted, choose }: FigureZoom) =>
  (element: HTMLElement): (() => void) => {
    const listening = new AbortController();
    const { signal } = listening;
    const choosePart = (window: Range): void => choose(wholeWindow(window, extent));
    const seen = (): Range => wanted() ?? panels()[0]?.iterations ?? extent;
    const forget = viewGestures({
      shift: (share) => choosePart(moved(seen(), share, extent)),
      scale: (factor) => {
        const [from, to] = seen();
        choosePart(zoomed([from, to], factor, (from + to) / 2, extent));
      },
      reset: () => choose(null),
    })(element);
    element.addEventListener('dblclick', () => choose(null), { signal });
    element.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0) return;
        const placed = panels().find((each) => isInside(placeOf(each), event));
        if (placed) drag(element, event, placed, choosePart);
      },
      { signal },
    );
    return () => {
      forget();
      listening.abort();
    };
  };

/** Follows the pointer until it is let go. */
function drag(element: HTMLElement, begun: PointerEvent, placed: PlacedPanel, choose: (window: Range) => void): void {
  const place = placeOf(placed);
  const frame = element.getBoundingClientRect();
  const box = Object.assign(document.createElement('div'), { className: 'u-select' });
  const within = (x: number): number => Math.min(place.right, Math.max(place.left, x));
  const ends = (event: PointerEvent): [number, number] =>
    begun.clientX < event.clientX ? [begun.clientX, within(event.clientX)] : [within(event.clientX), begun.clientX];
  const iterationAt = (x: number): number => {
    const [from, to] = placed.iterations;
    return from + ((x - place.left) / (place.right - place.left)) * (to - from);
  };
  const listening = new AbortController();
  const { signal } = listening;
  const end = (): void => {
    listening.abort();
    box.remove();
  };
  element.setPointerCapture(begun.pointerId);
  element.append(box);
  const show = (event: PointerEvent): void => {
    const [left, right] = ends(event);
    Object.assign(box.style, {
      position: 'absolute',
      left: `${left - frame.left + element.scrollLeft}px`,
      width: `${right - left}px`,
      top: `${place.top - frame.top}px`,
      height: `${place.bottom - place.top}px`,
    });
  };
  element.addEventListener('pointermove', show, { signal });
  element.addEventListener('pointercancel', end, { signal });
  element.addEventListener(
    'pointerup',
    (event) => {
      const [left, right] = ends(event);
      end();
      if (right - left >= smallestDrag) choose([iterationAt(left), iterationAt(right)]);
    },
    { signal },
  );
}

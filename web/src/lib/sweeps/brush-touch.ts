import type { Brushes } from '../../../../src/contract/index.ts';
import type { PlacedAxis } from '../../../../src/figures/index.ts';
import { addMark, pointIn, setAttributes, type FigureTouch } from '../figure-touch.ts';

type Range = Brushes[string];

/** What a reader does with the axes of parallel coordinates. */
export interface BrushHandlers {
  readonly brushes: () => Brushes;
  /** @param range null: the whole axis counts again */
  readonly brush: (axis: PlacedAxis, range: Range | null) => void;
  readonly clear: () => void;
  /** The axis that the keys chose. */
  readonly point: (axis: PlacedAxis) => void;
}

/** Pixels beside an axis at which a pointer means it. */
const reach = 18;
/** Shorter drags are clicks, pixels. */
const shortest = 5;
const step = 0.1;

/** Dragging along an axis marks a part of it, a click takes that back; keys do the same. @param axes of the drawing that is on the screen */
export function brushTouch(axes: () => readonly PlacedAxis[], handlers: BrushHandlers): FigureTouch {
  let chosen = 0;
  return {
    keys: 'left and right choose an axis, up and down mark a part of it, plus and minus make that longer or shorter, Delete takes it back, 0 takes all back',
    attach: (element, [plot]) => {
      if (!plot) return () => undefined;
      const listening = new AbortController();
      const { signal } = listening;
      const near = (event: MouseEvent): PlacedAxis | undefined => {
        const { x, y } = pointIn(plot, event);
        return axes().find((axis) => Math.abs(axis.x - x) <= reach && y >= axis.top - 8 && y <= axis.bottom + 8);
      };
      element.addEventListener('pointermove', (event) => (element.style.cursor = near(event) ? 'ns-resize' : ''), {
        signal,
      });
      element.addEventListener(
        'pointerdown',
        (event) => {
          const axis = event.button === 0 ? near(event) : undefined;
          if (axis) drag(element, plot, event, axis, (range) => handlers.brush(axis, range));
        },
        { signal },
      );
      const press = (event: KeyboardEvent): void => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const all = axes();
        if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
          chosen = Math.min(all.length - 1, Math.max(0, chosen + (event.key === 'ArrowLeft' ? -1 : 1)));
          handlers.point(all[chosen]!);
        } else if (event.key === '0') handlers.clear();
        else {
          const axis = all[Math.min(chosen, all.length - 1)]!;
          const next = pressed(event.key, handlers.brushes()[axis.key]);
          if (next === undefined) return;
          handlers.brush(axis, next);
          handlers.point(axis);
        }
        event.preventDefault();
      };
      element.addEventListener('keydown', press, { signal });
      return () => listening.abort();
    },
  };
}

/** What a key makes of a brush; undefined for a key that means nothing. */
export function pressed(key: string, brush: Range | undefined): Range | null | undefined {
  const [low, high] = brush ?? [0, 1];
  switch (key) {
    case 'ArrowUp':
      return brush ? shifted(low, high, step) : [0.5, 1];
    case 'ArrowDown':
      return brush ? shifted(low, high, -step) : [0, 0.5];
    case '+':
    case '=':
      return ranged(low - step / 2, high + step / 2);
    case '-':
      return high - low > step ? ranged(low + step / 2, high - step / 2) : [low, high];
    case 'Delete':
    case 'Backspace':
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}

function shifted(low: number, high: number, by: number): Range {
  const moved = Math.min(1 - high, Math.max(-low, by));
  return ranged(low + moved, high + moved);
}

const ranged = (low: number, high: number): Range => [share(low), share(high)];
const share = (value: number): number => Math.min(1, Math.max(0, Number(value.toFixed(3))));

/** Follows the pointer until it is let go. */
function drag(
  element: HTMLElement,
  plot: SVGGraphicsElement,
  begun: PointerEvent,
  axis: PlacedAxis,
  done: (range: Range | null) => void,
): void {
  const listening = new AbortController();
  const { signal } = listening;
  const mark = addMark(plot, 'rect');
  setAttributes(mark, { fill: getComputedStyle(element).getPropertyValue('--loss'), 'fill-opacity': 0.25 });
  const height = (event: PointerEvent): number => Math.min(axis.bottom, Math.max(axis.top, pointIn(plot, event).y));
  const from = height(begun);
  const end = (): void => {
    listening.abort();
    mark.remove();
  };
  element.setPointerCapture(begun.pointerId);
  const show = (event: PointerEvent): void => {
    const to = height(event);
    setAttributes(mark, { x: axis.x - 7, width: 14, y: Math.min(from, to), height: Math.abs(to - from) });
  };
  const finish = (event: PointerEvent): void => {
    const to = height(event);
    end();
    const shareAt = (y: number): number => share((axis.bottom - y) / (axis.bottom - axis.top));
    done(Math.abs(to - from) < shortest ? null : [shareAt(Math.max(from, to)), shareAt(Math.min(from, to))]);
  };
  element.addEventListener('pointermove', show, { signal });
  element.addEventListener('pointerup', finish, { signal });
  element.addEventListener('pointercancel', end, { signal });
}

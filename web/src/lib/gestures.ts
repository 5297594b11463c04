/** What a reader can do with the view of a figure. */
export interface ViewGestures {
  /** Moves the view by a share of its width. */
  readonly shift: (share: number) => void;
  /** Makes the view wider by a factor. */
  readonly scale: (factor: number) => void;
  /** Shows everything. */
  readonly reset: () => void;
  /** More keys and what they do; asked for with every key. */
  readonly keys?: () => Readonly<Record<string, () => void>>;
  /** A click with Alt held. */
  readonly altClick?: () => void;
}

/** Arrow keys and a wheel that turns sideways move, plus, minus and a wheel with Ctrl zoom, 0 and Escape show everything. */
export const viewGestures = (view: ViewGestures) => (element: HTMLElement) => {
  const listening = new AbortController();
  const { signal } = listening;
  element.addEventListener('keydown', (event) => pressKey(event, view), { signal });
  element.addEventListener('wheel', (event) => turnWheel(event, view), { signal, passive: false });
  element.addEventListener('click', (event) => (event.altKey ? view.altClick?.() : undefined), { signal });
  return () => listening.abort();
};

function pressKey(event: KeyboardEvent, { shift, scale, reset, keys }: ViewGestures): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => shift(-0.1),
    ArrowRight: () => shift(0.1),
    '+': () => scale(0.5),
    '=': () => scale(0.5),
    '-': () => scale(2),
    '0': reset,
    Escape: reset,
    ...keys?.(),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function turnWheel(event: WheelEvent, { shift, scale }: ViewGestures): void {
  if (event.ctrlKey || event.metaKey) scale(Math.exp(event.deltaY / 300));
  else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) shift(event.deltaX / 800);
  else return;
  event.preventDefault();
}

/** Which rows of a long list are drawn. */
export interface RowWindow {
  /** The first one, and the one after the last. */
  readonly first: number;
  readonly end: number;
}

/** Rows above and below what is in sight, so that the keyboard finds the next one. */
const margin = 12;
/** Rows that come and go together: drawing a few now and then is smoother than one at every step. */
const stride = 8;

/**
 * The rows that are in sight, and a few around them.
 *
 * @param count rows of the list
 * @param height of a row
 * @param top of the list, below the upper edge of the window; negative when that was scrolled past
 * @param view height of the window
 */
export function rowWindow(count: number, height: number, top: number, view: number): RowWindow {
  const clamp = (row: number): number => Math.min(count, Math.max(0, row));
  const [above, below] = [-top / height, (view - top) / height];
  const first = Math.floor((above - margin) / stride) * stride;
  const end = Math.ceil((below + margin) / stride) * stride;
  return { first: clamp(Math.min(first, count - stride)), end: clamp(Math.max(end, stride)) };
}

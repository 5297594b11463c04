import { ThalwegError } from '../base/index.ts';
import type { CurveColumns } from './curve.ts';
import type { FigureOptions } from './specification.ts';
import { measuredIterations } from './tracks.ts';

/**
 * The iteration that a figure shows by itself: the chosen one, or the last one that was measured in the window. Throws `NO_DATA`
 * where nothing was measured there, with the nearest ones that were.
 */
export function chosenIteration(
  id: string,
  records: CurveColumns,
  { window = [-Infinity, Infinity], iteration }: FigureOptions,
): number {
  const measured = measuredIterations(records, window);
  const last = measured.at(-1);
  if (last === undefined)
    throw new ThalwegError('NO_DATA', `figure ${id}: nothing was measured at iterations ${window.join('..')}`);
  if (iteration === undefined || measured.includes(iteration)) return iteration ?? last;
  const nearest = [...measured]
    .sort((a, b) => Math.abs(a - iteration) - Math.abs(b - iteration))
    .slice(0, 2)
    .sort((a, b) => a - b);
  throw new ThalwegError(
    'NO_DATA',
    `figure ${id}: expected a measured iteration, got ${iteration}; the nearest: ${nearest.join(', ')}`,
  );
}

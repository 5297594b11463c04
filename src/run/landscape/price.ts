import { invariant, ThalwegError } from '../../base/index.ts';
import type { LandscapePrice } from '../../contract/index.ts';
import { measureLandscape } from './measure.ts';
import type { LandscapeRequest } from './request.ts';

/** How far a landscape was after so many seconds. */
interface Mark {
  readonly seconds: number;
  readonly points: number;
  readonly of: number;
}

/** Seconds of blocks after which their pace is known well enough. */
const enough = 0.5;
/** Seconds of a first block after which a second one would tell little more. */
const long = 10;

/**
 * What a landscape costs on this machine: it is begun, some blocks of points are timed, and it is dropped. Nothing is written, and
 * work that is kept of the same landscape counts nothing. One so small that it ends meanwhile tells what it took. Throws what
 * `measureLandscape` throws.
 */
export async function priceLandscape({ state: _unused, ...request }: LandscapeRequest): Promise<LandscapePrice> {
  const began = performance.now();
  const controller = new AbortController();
  const marks: Mark[] = [];
  const onProgress = ({ points, of }: { readonly points: number; readonly of: number }): void => {
    marks.push({ seconds: (performance.now() - began) / 1000, points, of });
    if (isEnough(marks)) controller.abort();
  };
  try {
    await measureLandscape(request, { onProgress, signal: controller.signal });
  } catch (error) {
    if (!(error instanceof ThalwegError) || error.code !== 'INTERRUPTED') throw error;
  }
  return priceOf(marks, (performance.now() - began) / 1000);
}

function isEnough([start, first, ...others]: readonly Mark[]): boolean {
  if (!start || !first) return false;
  const last = others.at(-1);
  return last ? last.seconds - first.seconds >= enough : first.seconds - start.seconds >= long;
}

/** The first block compiles its program and warms up: the others tell the pace of what is left. */
function priceOf(marks: readonly Mark[], seconds: number): LandscapePrice {
  const [start, first] = marks;
  const last = marks.at(-1);
  invariant(start && first && last, 'a landscape has points');
  const { points, of } = last;
  const from = last === first ? start : first;
  const each = (last.seconds - from.seconds) / (points - from.points);
  return { points: of, seconds: seconds + (of - points) * each };
}

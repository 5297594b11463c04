import type { LandscapeDocument } from '../../contract/index.ts';
import type { MapPart } from '../../landscape/index.ts';
import { Journal } from './journal.ts';
import { measureRest } from './measure.ts';
import { PartProcesses, type PartWork } from './part-processes.ts';
import { joinParts, layOutLandscape, partsOf, type LandscapeLayout, type LandscapePart } from './parts.ts';
import type { LandscapeHooks, LandscapeRequest } from './request.ts';

/** What hears of the parts of a landscape. */
export interface PartsHooks {
  /** Takes what is computed, in any order, in pieces of any size. */
  readonly onPart: (part: LandscapePart) => void;
  /** Hears how many points are computed, of all parts together. */
  readonly onPoints: (points: number) => void;
  readonly onNote: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Computes the points that a landscape lacks; resolves when they are told. Rejects with `INTERRUPTED` when the signal aborts. */
export type PartsComputer = (layout: LandscapeLayout, hooks: PartsHooks) => Promise<void>;

/**
 * The same as {@link measureLandscape}, with the same bits, where somebody else computes the points of the map. What came before an
 * interruption is kept in the state of the request.
 */
export async function measureLandscapeInParts(
  request: LandscapeRequest,
  compute: PartsComputer,
  hooks: LandscapeHooks = {},
): Promise<LandscapeDocument> {
  const { signal = new AbortController().signal, onNote = () => undefined } = hooks;
  const layout = await layOutLandscape(request, hooks);
  const { identity, total, kept } = layout;
  const tell = (points: number): void => hooks.onProgress?.({ what: request.what, points, of: total });
  const parts: LandscapePart[] = [];
  const begun = kept?.completed ?? 0;
  tell(begun);
  try {
    await compute(layout, {
      onPart: (part) => void parts.push(part),
      onPoints: (n) => tell(begun + n),
      onNote,
      signal,
    });
  } catch (error) {
    const computed = joinParts(layout, parts);
    if (computed) new Journal(request.state ?? null, identity).record(computed.map, true);
    throw error;
  }
  noteOthers(parts, onNote);
  return measureRest(layout.request, hooks, joinParts(layout, parts));
}

/** Vector instructions differ, and with them the order of sums. */
function noteOthers(parts: readonly LandscapePart[], onNote: (message: string) => void): void {
  const kinds = [...new Set(parts.flatMap(({ processors }) => processors))];
  if (kinds.length > 1)
    onNote(
      `landscape: computed on processors of several kinds (${kinds.join('; ')}): last digits may differ from those of one`,
    );
}

/**
 * Computes parts in `workers` processes of this machine, a few parts for each, so that the last ones end together.
 *
 * @param processes default: new ones
 */
export const partsHere =
  (workers: number, processes = new PartProcesses()): PartsComputer =>
  async (layout, hooks) => {
    const { signal } = hooks;
    const queue = partsOf(layout, 4 * workers);
    const running = new Set<PartWork>();
    const points = new Map<number, number>();
    const stop = (): void => running.forEach((work) => work.stop());
    signal.addEventListener('abort', stop);
    const make = async (part: MapPart): Promise<void> => {
      const { request, identity } = layout;
      const work = processes.start({ request, identity, ...part }, (count) => {
        points.set(part.first, count);
        hooks.onPoints([...points.values()].reduce((sum, own) => sum + own, 0));
      });
      running.add(work);
      if (signal.aborted) stop();
      await work.done.then(hooks.onPart).finally(() => running.delete(work));
    };
    const next = async (): Promise<void> => {
      for (let part = queue.shift(); part; part = queue.shift()) await make(part);
    };
    try {
      await Promise.all(Array.from({ length: workers }, next)).catch(async (error: unknown) => {
        queue.length = 0;
        stop();
        await Promise.allSettled([...running].map(({ done }) => done));
        throw error;
      });
    } finally {
      signal.removeEventListener('abort', stop);
      await processes.close();
    }
  };

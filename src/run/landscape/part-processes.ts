import { ThalwegError } from '../../base/index.ts';
import { programBeside, WorkerPool, type ProcessEnd, type Work } from '../../workers/index.ts';
import type { LandscapePart, PartRequest } from './parts.ts';

/** A part that is being computed. */
export type PartWork = Pick<Work<LandscapePart>, 'stop' | 'kill' | 'done'>;

/** Processes of this machine that compute parts, each one after another: the runtime blocks the thread that it runs in. */
export class PartProcesses {
  readonly #pool: WorkerPool<PartRequest, number, LandscapePart>;

  /** @param program what each runs; default: the program beside this file */
  constructor(program = programBeside(import.meta.url, 'part-worker')) {
    this.#pool = new WorkerPool({ program });
  }

  /**
   * Begins a part, in a process that has none in hand or in a new one. `done` rejects as `measurePart` does; with `INTERRUPTED` when it
   * was stopped before it heard, with `TRAINER_DIED` when its process ended by itself.
   *
   * @param onPoints hears how many points are computed
   */
  start(request: PartRequest, onPoints: (points: number) => void): PartWork {
    return this.#pool.start({ request, onMessage: onPoints, died: (end) => silentEnd(request, end) });
  }

  /** Takes no more; resolves when all processes are gone. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

function silentEnd({ first }: PartRequest, { asked, how }: ProcessEnd): ThalwegError {
  const subject = `landscape: part from point ${first} on`;
  return asked === null
    ? new ThalwegError('TRAINER_DIED', `${subject}: expected a result from its process, ${how}`)
    : new ThalwegError('INTERRUPTED', `${subject}: stopped before it was computed`);
}

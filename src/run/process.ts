import { ThalwegError } from '../base/index.ts';
import type { RunFile, TrainerMessage } from '../contract/index.ts';
import { programBeside, startAlone, type ProcessEnd } from '../workers/index.ts';
import type { RunRequest } from './perform.ts';

/** A run that is trained in another process. */
export interface RunProcess {
  /** Asks it to finish the current update, write a checkpoint and end as `interrupted`. */
  stop(): void;
  /** Asks it to make no further update until {@link continue}; it keeps its process and its memory. */
  pause(): void;
  continue(): void;
  /** Ends it at once; what was recorded and the last checkpoint stay. */
  kill(): void;
  /**
   * The run as it ended, `finished` or `interrupted`. Rejects with the trainer's own error; with `INTERRUPTED` when it was
   * killed, or stopped before it began; with `TRAINER_DIED` when its process ended by itself without a word.
   */
  readonly done: Promise<RunFile>;
}

/**
 * Trains in a new process, since the runtime blocks the thread that it runs in. Every message reaches `onMessage` in order
 * before `done` settles. When this process dies, the trainer writes a checkpoint and ends. `program` is what is started
 * (default: the worker beside this file).
 */
export function startRun(
  request: RunRequest,
  { onMessage }: { readonly onMessage: (message: TrainerMessage) => void },
  program = programBeside(import.meta.url),
): RunProcess {
  const begun: Begun = { run: 'id' in request ? (request.id ?? null) : null, started: false };
  return startAlone<RunRequest, TrainerMessage, RunFile>(program, {
    request,
    onMessage(message) {
      if (message.type === 'started') Object.assign(begun, { run: message.run, started: true });
      onMessage(message);
    },
    died: (end) => silentEnd(begun, end),
  });
}

/** What is known of a run that was asked for. */
interface Begun {
  run: string | null;
  started: boolean;
}

function silentEnd({ run, started }: Begun, { asked, how }: ProcessEnd): ThalwegError {
  const subject = run === null ? 'trainer' : `run ${run}`;
  const resume = started && run !== null ? `; "thalweg resume ${run}" goes on from its last checkpoint` : '';
  if (asked === 'kill') return new ThalwegError('INTERRUPTED', `${subject}: killed before it ended${resume}`);
  if (asked === 'stop' && !started) return new ThalwegError('INTERRUPTED', `${subject}: stopped before it began`);
  const message = `${subject}: expected a result from the training process, ${how}${resume}`;
  return new ThalwegError('TRAINER_DIED', message);
}

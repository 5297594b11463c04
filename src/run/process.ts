import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorRegistry, messageOf, ThalwegError, type ErrorCode } from '../base/index.ts';
import type { RunFile, TrainerCommand, TrainerMessage } from '../contract/index.ts';
import type { ExecuteRequest, ResumeRequest } from './execute.ts';
import type { ForkRequest } from './fork.ts';

/** What a training process is asked to do. */
export type RunRequest =
  | ({ readonly kind: 'execute' } & ExecuteRequest)
  | ({ readonly kind: 'fork' } & ForkRequest)
  | ({ readonly kind: 'resume' } & ResumeRequest);

/** What the starting process sends: the request first, then commands. */
export type WorkerInput = { readonly type: 'request'; readonly request: RunRequest } | TrainerCommand;

/** A run that is trained in a process of its own. */
export interface RunProcess {
  /** Asks it to finish the current update, write a checkpoint and end as `interrupted`. */
  stop(): void;
  /** Ends it at once; what was recorded and the last checkpoint stay. */
  kill(): void;
  /**
   * The run as it ended, `finished` or `interrupted`. Rejects with the trainer's own error; with `INTERRUPTED` when it was
   * killed, or stopped before it began; with `TRAINER_DIED` when it ended by itself without a word.
   */
  readonly done: Promise<RunFile>;
}

/**
 * Trains in a new process, since the runtime blocks the thread that it runs in. Every message reaches `onMessage` in order
 * before `done` settles. When this process dies, the trainer writes a checkpoint and ends. `entry` is the program that is
 * started (default: the worker beside this file).
 */
export function startRun(
  request: RunRequest,
  { onMessage }: { readonly onMessage: (message: TrainerMessage) => void },
  entry: string = workerEntry(),
): RunProcess {
  // Structured clones keep NaN, which JSON does not; standard output stays with the process that started the run.
  const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
  const state: TrainerState = {
    run: 'id' in request ? (request.id ?? null) : null,
    started: false,
    ending: null,
    outcome: null,
  };
  child.on('message', (message: TrainerMessage) => {
    if (message.type === 'started') Object.assign(state, { run: message.run, started: true });
    if (message.type === 'ended' || message.type === 'failed') state.outcome = message;
    onMessage(message);
  });
  send(child, { type: 'request', request });
  return {
    stop() {
      state.ending ??= 'stopped';
      send(child, { type: 'stop' });
    },
    kill() {
      state.ending = 'killed';
      child.kill('SIGKILL');
    },
    done: outcomeOf(child, state),
  };
}

interface TrainerState {
  run: string | null;
  started: boolean;
  /** What this process asked for. */
  ending: 'stopped' | 'killed' | null;
  outcome: Extract<TrainerMessage, { type: 'ended' | 'failed' }> | null;
}

const workerEntry = (): string => fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));

function send(child: ChildProcess, input: WorkerInput): void {
  // A trainer that has just ended cannot hear; its exit says all there is to say.
  if (child.connected) child.send(input, () => undefined);
}

async function outcomeOf(child: ChildProcess, state: TrainerState): Promise<RunFile> {
  const [code, signal] = await exitOf(child);
  if (state.outcome?.type === 'ended') return state.outcome.run;
  throw state.outcome ? trainerError(state.outcome) : silentEnd(state, code, signal);
}

/** Exit code and signal, once all messages have arrived: they may still be under way when the process is gone. */
async function exitOf(child: ChildProcess): Promise<[code: number | null, signal: NodeJS.Signals | null]> {
  const failure = new Promise<never>((_, reject) => {
    child.once('error', (cause) => {
      const message = `trainer: the process could not be started: ${messageOf(cause)}`;
      if (child.pid === undefined) reject(new ThalwegError('TRAINER_DIED', message, { cause }));
    });
  });
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', () => resolve()));
  const exited = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (code, signal) => resolve([code, signal]));
  });
  const [exit] = await Promise.race([Promise.all([exited, disconnected]), failure]);
  return exit;
}

/** The error that the trainer met, with its own stack. */
function trainerError({ code, message, stack }: Extract<TrainerMessage, { type: 'failed' }>): ThalwegError {
  const known = Object.hasOwn(errorRegistry, code);
  const error = new ThalwegError(known ? (code as ErrorCode) : 'INTERNAL', message);
  if (stack !== null) error.stack = stack;
  return error;
}

function silentEnd(state: TrainerState, code: number | null, signal: NodeJS.Signals | null): ThalwegError {
  const subject = state.run === null ? 'trainer' : `run ${state.run}`;
  const resume =
    state.started && state.run !== null ? `; "thalweg resume ${state.run}" goes on from its last checkpoint` : '';
  if (state.ending === 'killed') return new ThalwegError('INTERRUPTED', `${subject}: killed before it ended${resume}`);
  if (state.ending === 'stopped' && !state.started)
    return new ThalwegError('INTERRUPTED', `${subject}: stopped before it began`);
  const end = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return new ThalwegError(
    'TRAINER_DIED',
    `${subject}: expected a result from the training process, it ended with ${end}${resume}`,
  );
}

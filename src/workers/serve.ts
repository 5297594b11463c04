import { messageOf, ThalwegError } from '../base/index.ts';
import type { WorkerInput, WorkerOutput, WorkFailure } from './protocol.ts';

/** What a piece of work hears and tells inside a worker process. */
export interface WorkHooks<Message> {
  readonly onMessage: (message: Message) => void;
  /** Aborts when this work shall stop, or when its process shall end: on SIGTERM and SIGHUP, or when its parent is gone. */
  readonly signal: AbortSignal;
}

/**
 * The program of a worker process: carries out the requests of the process that started it, one after another, and tells it
 * what `perform` tells and how it ended. It ends with its parent, once the work in hand has stopped. `perform` loads what it
 * needs when it is called, so that a signal that comes meanwhile finds its handler.
 */
export function serveRequests<Request, Message, Result>(
  perform: (request: Request, hooks: WorkHooks<Message>) => Promise<Result>,
): void {
  let current: AbortController | null = null;
  let isLeaving = false;
  const leave = (): void => {
    isLeaving = true;
    if (!current) process.exit();
    void report({ type: 'leaving' });
    current.abort();
  };
  const answer = async (request: Request): Promise<void> => {
    const controller = new AbortController();
    current = controller;
    const onMessage = (message: Message): void => void report({ type: 'message', message });
    const output = await outcomeOf(() => perform(request, { onMessage, signal: controller.signal }));
    // From here on a stop comes too late for this work, and the next has not begun.
    current = null;
    await report(output);
    if (isLeaving) process.exit();
  };
  // A terminal sends SIGINT to the whole group; the process that started this one decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', leave);
  process.on('SIGHUP', leave);
  process.on('disconnect', leave);
  process.on('message', (input: WorkerInput<Request>) => {
    if (input.type === 'stop') current?.abort();
    else if (!isLeaving) void answer(input.request);
  });
}

async function outcomeOf<Result>(perform: () => Promise<Result>): Promise<WorkerOutput<never, Result>> {
  try {
    return { type: 'ended', result: await perform() };
  } catch (error) {
    return failure(error);
  }
}

const failure = (error: unknown): WorkFailure => ({
  type: 'failed',
  code: error instanceof ThalwegError ? error.code : 'INTERNAL',
  message: messageOf(error),
  stack: error instanceof Error ? (error.stack ?? null) : null,
});

/** Resolves when the output is on its way, or when nobody is left to hear it. */
function report(output: WorkerOutput<unknown, unknown>): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(output, undefined, undefined, () => resolve());
    else resolve();
  });
}

import { ThalwegError } from '../../base/index.ts';
import { programBeside, WorkerQueue, type ProcessEnd } from '../../workers/index.ts';
import type { PicturedExample } from './picture.ts';
import type { ExampleRequest } from './request.ts';

/** How long a data set that nobody asks for stays in memory, milliseconds. */
const idle = 60_000;

/** Somebody who is asked for single examples. */
export interface ExampleViewer {
  /** Throws what {@link createExampleViewer} throws, `TRAINER_DIED` when its process ended, `INTERRUPTED` when it was closed. */
  get(request: ExampleRequest): Promise<PicturedExample>;
  close(): Promise<void>;
}

/**
 * Shows examples in a process of its own, which holds one data set as long as somebody looks at it: loading takes seconds and much
 * memory. `program` is what is started (default: the worker beside this file).
 */
export function startExampleViewer(program = programBeside(import.meta.url)): ExampleViewer {
  const queue = new WorkerQueue<ExampleRequest, PicturedExample>({ program, idle });
  return {
    get: (request) => queue.ask(request, (end) => silentEnd(request, end)),
    close: () => queue.close(),
  };
}

const silentEnd = ({ position }: ExampleRequest, { asked, how }: ProcessEnd): ThalwegError =>
  asked === null
    ? new ThalwegError('TRAINER_DIED', `example ${position}: expected an answer from its process, ${how}`)
    : new ThalwegError('INTERRUPTED', `example ${position}: stopped before it was shown`);

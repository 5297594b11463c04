import { messageOf, Pause, ThalwegError } from '../base/index.ts';
import type { RunFile, TrainerMessage } from '../contract/index.ts';
import type { RunRequest, WorkerInput } from './process.ts';

/** The program of a training process: it gets one request from the process that started it, and reports to it. */

const controller = new AbortController();
const pause = new Pause();
const stop = (): void => {
  controller.abort();
  pause.release();
};
let run: string | null = null;

// A terminal sends SIGINT to the whole group; the process that started this one decides what it means.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', stop);
process.on('SIGHUP', stop);
process.on('disconnect', stop);
process.on('message', (input: WorkerInput) => {
  switch (input.type) {
    case 'request':
      return void answer(input.request);
    case 'stop':
      return stop();
    case 'pause':
      return controller.signal.aborted ? undefined : pause.request();
    case 'continue':
      return pause.release();
  }
});

async function answer(request: RunRequest): Promise<void> {
  let last: TrainerMessage;
  try {
    last = { type: 'ended', run: await perform(request) };
  } catch (error) {
    last = failure(error);
  }
  await report(last);
  process.exit();
}

async function perform(request: RunRequest): Promise<RunFile> {
  // Loaded here, so that a signal which comes while the runtime loads already finds the handlers above.
  const { executeRun, forkRun, resumeRun } = await import('./index.ts');
  const hooks = { onMessage: forward, signal: controller.signal, pause };
  switch (request.kind) {
    case 'execute':
      return executeRun(request, hooks);
    case 'fork':
      return forkRun(request, hooks);
    case 'resume':
      return resumeRun(request, hooks);
  }
}

function forward(message: TrainerMessage): void {
  if (message.type === 'started') run = message.run;
  if (message.type !== 'ended' && message.type !== 'failed') void report(message);
}

function failure(error: unknown): TrainerMessage {
  return {
    type: 'failed',
    code: error instanceof ThalwegError ? error.code : 'INTERNAL',
    message: messageOf(error),
    stack: error instanceof Error ? (error.stack ?? null) : null,
    run,
  };
}

/** Resolves when the message is on its way, or when nobody is left to hear it. */
function report(message: TrainerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

import { messageOf, ThalwegError } from '../../base/index.ts';
import type { JobInput, JobMessage } from './process.ts';
import type { JobRequest } from './request.ts';

/** The program of a job's process: it gets one request from the process that started it, and reports to it. */

const controller = new AbortController();
const stop = (): void => controller.abort();

// A terminal sends SIGINT to the whole group; the process that started this one decides what it means.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', stop);
process.on('SIGHUP', stop);
process.on('disconnect', stop);
process.on('message', (input: JobInput) => {
  if (input.type === 'stop') stop();
  else void answer(input.request);
});

async function answer(request: JobRequest): Promise<void> {
  await report(await outcomeOf(request));
  process.exit();
}

async function outcomeOf(request: JobRequest): Promise<JobMessage> {
  try {
    // Loaded here, so that a signal which comes while the runtime loads already finds the handlers above.
    const { performJob } = await import('./perform.ts');
    const name = await performJob(request, {
      signal: controller.signal,
      onProgress: (progress) => void report({ type: 'progress', ...progress }),
      onNote: (message) => void report({ type: 'note', message }),
    });
    return { type: 'ended', name };
  } catch (error) {
    return {
      type: 'failed',
      code: error instanceof ThalwegError ? error.code : 'INTERNAL',
      message: messageOf(error),
      stack: error instanceof Error ? (error.stack ?? null) : null,
    };
  }
}

/** Resolves when the message is on its way, or when nobody is left to hear it. */
function report(message: JobMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

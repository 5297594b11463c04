import type { RunFile, TrainerMessage } from '../contract/index.ts';
import { serveRequests } from '../workers/index.ts';
import type { RunRequest } from './perform.ts';

/** The program of a training process. */
serveRequests<RunRequest, TrainerMessage, RunFile>(async (request, hooks) =>
  (await import('./perform.ts')).performRun(request, hooks),
);

import type { RunFile } from '../contract/index.ts';
import { executeRun, resumeRun, type ExecuteRequest, type ResumeRequest } from './execute.ts';
import { forkRun, type ForkRequest } from './fork.ts';
import type { RunHooks } from './session.ts';

/** What a training process is asked to do. */
export type RunRequest =
  | ({ readonly kind: 'execute' } & ExecuteRequest)
  | ({ readonly kind: 'fork' } & ForkRequest)
  | ({ readonly kind: 'resume' } & ResumeRequest);

/** Trains what is asked for, in this process. */
export async function performRun(request: RunRequest, hooks: RunHooks): Promise<RunFile> {
  switch (request.kind) {
    case 'execute':
      return executeRun(request, hooks);
    case 'fork':
      return forkRun(request, hooks);
    case 'resume':
      return resumeRun(request, hooks);
  }
}

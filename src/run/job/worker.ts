import { serveRequests } from '../../workers/index.ts';
import type { JobMessage } from './perform.ts';
import type { JobRequest } from './request.ts';

/** The program of a job's process. */
serveRequests<JobRequest, JobMessage, string>(async (request, hooks) =>
  (await import('./perform.ts')).performJob(request, hooks),
);

import { serveRequests } from '../workers/index.ts';
import type { TrialRequest } from './perform.ts';

/** The program of a process that makes trials. */
serveRequests<TrialRequest, number, void>(async (request, hooks) =>
  (await import('./perform.ts')).performTrial(request, hooks),
);

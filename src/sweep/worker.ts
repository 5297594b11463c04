import { serveRequests } from '../workers/index.ts';
import type { MakeRunRequest } from './perform.ts';

/** The program of a process that makes runs of a sweep. */
serveRequests<MakeRunRequest, number, void>(async (request, hooks) =>
  (await import('./perform.ts')).makeRun(request, hooks),
);

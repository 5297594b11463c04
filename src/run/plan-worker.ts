import type { RunPlan } from '../contract/index.ts';
import { serveRequests } from '../workers/index.ts';
import type { PlanRequest } from './plan.ts';

/** The program of a process that makes a plan. */
serveRequests<PlanRequest, never, RunPlan>(async (request) => (await import('./plan.ts')).planRun(request));

import { fileURLToPath } from 'node:url';
import { startPlan, startRun } from '../../src/run/index.ts';
import type { ServerOptions } from '../../src/server/index.ts';

const built = (file: string): string => fileURLToPath(new URL(`../../dist/run/${file}`, import.meta.url));

/** Training processes of the built package: Node does not run the sources as they are. */
export const builtTrainers = (limit: number): NonNullable<ServerOptions['steering']> => ({
  limit,
  start: (request, hooks) => startRun(request, hooks, built('worker.js')),
  plan: (request, signal) => startPlan(request, signal, built('plan-worker.js')),
});

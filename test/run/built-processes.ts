import { fileURLToPath } from 'node:url';
import { startExampleViewer, startJob, startLandscapePrice, startPlan, startRun } from '../../src/run/index.ts';
import { Estimates, Jobs, type ServerOptions } from '../../src/server/index.ts';

const built = (file: string): string => fileURLToPath(new URL(`../../dist/run/${file}`, import.meta.url));

/**
 * Processes of the built package for a server: Node does not run the sources as they are.
 *
 * @param limit runs that train at once
 */
export const builtProcesses = (limit: number): Pick<ServerOptions, 'steering' | 'estimates' | 'jobs' | 'examples'> => ({
  steering: { limit, start: (request, hooks) => startRun(request, hooks, built('worker.js')) },
  estimates: new Estimates({
    run: (request) => startPlan(request, built('plan-worker.js')),
    landscape: (request) => startLandscapePrice(request, built('landscape/price-worker.js')),
  }),
  jobs: new Jobs((request, onMessage) => startJob(request, onMessage, built('job/worker.js'))),
  examples: startExampleViewer(built('examples/worker.js')),
});

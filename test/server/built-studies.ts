import { fileURLToPath } from 'node:url';
import type { ServerOptions } from '../../src/server/index.ts';
import { createStudyProcesses } from '../../src/server/studies/processes.ts';

const program = fileURLToPath(new URL('../../dist/server/studies/worker.js', import.meta.url));

/** The studies of a server, computed by processes of the built package: Node does not run the sources as they are. */
export const builtStudies = (): Pick<ServerOptions, 'studies'> => ({
  studies: { workers: createStudyProcesses(program) },
});

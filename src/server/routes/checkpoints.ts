import { createReadStream } from 'node:fs';
import { ThalwegError } from '../../base/index.ts';
import { checkpointParametersSchema } from '../../contract/index.ts';
import { openRun } from '../../store/index.ts';
import type { Api } from '../api.ts';

/** Checkpoints of a run as files; which there are stands with the run. */
export function checkpointRoutes(server: Api, runsDirectory: string): void {
  server.get(
    '/api/runs/:id/checkpoints/:file',
    {
      schema: {
        tags: ['runs'],
        summary: 'A checkpoint as a safetensors file',
        params: checkpointParametersSchema,
        produces: ['application/octet-stream'],
      },
    },
    ({ params: { id, file } }, reply) => {
      const iteration = Number.parseInt(file, 10);
      const run = openRun(runsDirectory, id);
      const checkpoints = run.checkpoints();
      run.close();
      const checkpoint = checkpoints.find((one) => one.iteration === iteration);
      if (!checkpoint)
        throw new ThalwegError('RUN_STATE', `run ${id}: expected an iteration with a checkpoint, got ${iteration}`);
      return reply
        .type('application/octet-stream')
        .header('content-length', checkpoint.bytes)
        .header('content-disposition', `attachment; filename="${id}-${iteration}.safetensors"`)
        .send(createReadStream(checkpoint.path));
    },
  );
}

import { stringify } from 'yaml';
import { z } from 'zod';
import {
  checkpointsSchema,
  iterationRangeSchema,
  logBodySchema,
  logQuerySchema,
  runDetailSchema,
  runListSchema,
  runParametersSchema,
  seriesBodySchema,
  seriesParametersSchema,
  specificationSchema,
} from '../../contract/index.ts';
import { encodeColumns, listResults, openRun } from '../../store/index.ts';
import type { RunReader } from '../../store/index.ts';
import type { Api } from '../api.ts';
import type { RunList } from '../run-list.ts';

const tags = ['runs'];

/** The runs as they lie in the folder: list, run, series, log, checkpoints, specification. */
export function runRoutes(server: Api, runsDirectory: string, list: RunList): void {
  /** Answers from an open run, which is closed whatever happens. */
  const withRun = <T>(id: string, read: (run: RunReader) => T): T => {
    const run = openRun(runsDirectory, id);
    try {
      return read(run);
    } finally {
      run.close();
    }
  };

  server.get(
    '/api/runs',
    { schema: { tags, summary: 'All runs, newest first', response: { 200: runListSchema } } },
    () => ({ runs: list.runs() }),
  );

  server.get(
    '/api/runs/:id',
    {
      schema: {
        tags,
        summary: 'A run and what it has recorded',
        params: runParametersSchema,
        response: { 200: runDetailSchema },
      },
    },
    ({ params }) =>
      withRun(params.id, (run) => ({
        run: run.file(),
        series: run.series(),
        newestSeq: run.newestSeq(),
        checkpoints: run.checkpoints().map(({ iteration, bytes }) => ({ iteration, bytes })),
        measurements: listResults(runsDirectory, params.id, 'measurement'),
        landscapes: listResults(runsDirectory, params.id, 'landscape'),
      })),
  );

  server.get(
    '/api/runs/:id/series/:series',
    {
      schema: {
        tags,
        summary: 'All records of a series, or those between two iterations',
        params: seriesParametersSchema,
        querystring: iterationRangeSchema,
        response: { 200: seriesBodySchema },
      },
    },
    ({ params: { id, series }, query: { fromIteration, toIteration } }) =>
      withRun(id, (run) => {
        const range = {
          ...(fromIteration !== undefined && { fromIteration }),
          ...(toIteration !== undefined && { toIteration }),
        };
        return { series, columns: encodeColumns(run.records(series, range)) };
      }),
  );

  server.get(
    '/api/runs/:id/log',
    {
      schema: {
        tags,
        summary: 'Lines of the log after an offset',
        params: runParametersSchema,
        querystring: logQuerySchema,
        response: { 200: logBodySchema },
      },
    },
    ({ params, query }) => withRun(params.id, (run) => run.logLines(query.after)),
  );

  server.get(
    '/api/runs/:id/checkpoints',
    {
      schema: {
        tags,
        summary: 'The checkpoints of a run, newest last',
        params: runParametersSchema,
        response: { 200: checkpointsSchema },
      },
    },
    ({ params }) =>
      withRun(params.id, (run) => ({
        checkpoints: run.checkpoints().map(({ iteration, bytes }) => ({ iteration, bytes })),
      })),
  );

  server.get(
    '/api/runs/:id/specification.yaml',
    {
      schema: {
        tags,
        summary: 'The specification of a run as a file that begins another',
        params: runParametersSchema,
        produces: ['text/yaml'],
      },
    },
    ({ params }, reply) => {
      const text = withRun(params.id, (run) => stringify(run.file().specification));
      return reply.type('text/yaml; charset=utf-8').send(text);
    },
  );

  server.get('/api/specification/schema', { schema: { tags, summary: 'JSON Schema of specifications' } }, () =>
    z.toJSONSchema(specificationSchema, { io: 'input' }),
  );
}

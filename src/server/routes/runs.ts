import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import { z } from 'zod';
import { seriesNameSchema, specificationSchema } from '../../contract/index.ts';
import { encodeColumns, listRuns, openRun } from '../../store/index.ts';
import type { RunReader } from '../../store/index.ts';
import { runParameters, validate, wholeNumber } from '../validate.ts';

const seriesParameters = runParameters.extend({ series: seriesNameSchema });
const seriesQuery = z.object({ fromIteration: wholeNumber.optional(), toIteration: wholeNumber.optional() });
const logQuery = z.object({ after: wholeNumber.default(0) });

/** The runs as they lie in the folder: list, run, series, log, specification. */
export function runRoutes(server: FastifyInstance, runsDirectory: string): void {
  /** Answers from an open run, which is closed whatever happens. */
  const withRun = <T>(parameters: unknown, read: (run: RunReader) => T): T => {
    const { id } = validate(runParameters, parameters);
    const run = openRun(runsDirectory, id);
    try {
      return read(run);
    } finally {
      run.close();
    }
  };

  server.get('/api/runs', () => ({ runs: listRuns(runsDirectory) }));

  server.get('/api/runs/:id', (request) =>
    withRun(request.params, (run) => ({ run: run.file(), series: run.series(), newestSeq: run.newestSeq() })),
  );

  server.get('/api/runs/:id/series/:series', (request) => {
    const { series } = validate(seriesParameters, request.params);
    const range = validate(seriesQuery, request.query);
    const given = Object.fromEntries(Object.entries(range).filter(([, bound]) => bound !== undefined));
    return withRun(request.params, (run) => ({ series, columns: encodeColumns(run.records(series, given)) }));
  });

  server.get('/api/runs/:id/log', (request) => {
    const { after } = validate(logQuery, request.query);
    return withRun(request.params, (run) => run.logLines(after));
  });

  server.get('/api/runs/:id/specification.yaml', (request, reply) => {
    const text = withRun(request.params, (run) => stringify(run.file().specification));
    return reply.type('text/yaml; charset=utf-8').send(text);
  });

  server.get('/api/specification/schema', () => z.toJSONSchema(specificationSchema, { io: 'input' }));
}

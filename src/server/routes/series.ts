import { Readable } from 'node:stream';
import {
  binaryAnswerType,
  curveParametersSchema,
  curvePartsSchema,
  curveQuerySchema,
  encodeCurveWindow,
  encodeValues,
  iterationRangeSchema,
  valuesQuerySchema,
} from '../../contract/index.ts';
import { openRun, seriesCsvChunks } from '../../store/index.ts';
import type { Api } from '../api.ts';
import { partsOf, windowOf, type SeriesCache } from '../series/index.ts';

const tags = ['series'];

/** Series as curves to draw: windows thinned to the pixels of a screen, and everything as CSV. */
export function seriesRoutes(server: Api, runsDirectory: string, cache: SeriesCache): void {
  server.get(
    '/api/runs/:id/curves/:series',
    {
      schema: {
        tags,
        summary: 'A window of a curve: minimum and maximum of each pixel, binary (src/contract/binary-answer.ts)',
        params: curveParametersSchema,
        querystring: curveQuerySchema,
        produces: [binaryAnswerType],
      },
    },
    ({ params: { id, series }, query: { x, coordinate, ...request } }, reply) => {
      const curve = cache.curve({ run: id, series, coordinate, axis: x });
      return reply
        .type(binaryAnswerType)
        .header('cache-control', 'no-store')
        .send(Buffer.from(encodeCurveWindow(windowOf(curve, request)).buffer));
    },
  );

  server.get(
    '/api/runs/:id/curves/:series/parts',
    {
      schema: {
        tags,
        summary: 'Coordinates of a series, and the iterations of each epoch that it has records of',
        params: curveParametersSchema,
        response: { 200: curvePartsSchema },
      },
    },
    ({ params: { id, series } }) => {
      const { rows } = cache.curve({ run: id, series, coordinate: undefined, axis: 'iteration' });
      const run = openRun(runsDirectory, id);
      try {
        return partsOf(rows, run.file());
      } finally {
        run.close();
      }
    },
  );

  server.get(
    '/api/runs/:id/values/:series',
    {
      schema: {
        tags,
        summary: 'Records of a series, all or what came since, binary (src/contract/series-values.ts)',
        params: curveParametersSchema,
        querystring: valuesQuerySchema,
        produces: [binaryAnswerType],
      },
    },
    ({ params: { id, series }, query: { after } }, reply) => {
      const run = openRun(runsDirectory, id);
      try {
        const bytes = encodeValues(run.values(series, after));
        return reply.type(binaryAnswerType).header('cache-control', 'no-store').send(Buffer.from(bytes.buffer));
      } finally {
        run.close();
      }
    },
  );

  server.get(
    '/api/runs/:id/series/:series/records.csv',
    {
      schema: {
        tags,
        summary: 'All records of a series, or those between two iterations, as CSV with full precision',
        params: curveParametersSchema,
        querystring: iterationRangeSchema,
        produces: ['text/csv'],
      },
    },
    ({ params: { id, series }, query: { fromIteration, toIteration } }, reply) => {
      const run = openRun(runsDirectory, id);
      const range = {
        ...(fromIteration !== undefined && { fromIteration }),
        ...(toIteration !== undefined && { toIteration }),
      };
      const chunks = seriesCsvChunks(run, series, range);
      // What cannot be read is said before the answer begins.
      const first = firstOf(chunks, () => run.close());
      const lines = Readable.from(continued(first, chunks));
      lines.once('close', () => run.close());
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id}-${series}.csv"`)
        .send(lines);
    },
  );
}

/** The first two pieces of a text: the header, and what shows that its source is readable. */
function firstOf(chunks: Generator<string>, onFailure: () => void): string {
  try {
    const [header, rows] = [chunks.next(), chunks.next()];
    return [header, rows].map(({ value }) => String(value ?? '')).join('');
  } catch (error) {
    onFailure();
    throw error;
  }
}

function* continued(first: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield* rest;
}

import { Readable } from 'node:stream';
import {
  binaryAnswerType,
  comparedSeriesRequestSchema,
  comparedSeriesSchema,
  compareRequestSchema,
  encodeComparison,
} from '../../contract/index.ts';
import type { Api } from '../api.ts';
import { compare, comparisonCsvChunks, recordedByAny, type SeriesCache } from '../series/index.ts';

const tags = ['compare'];
/** Names of thousands of runs. */
const bodyLimit = 2 ** 20;

/** One series of many runs in one answer: their curves, and means of groups with bands. */
export function compareRoutes(server: Api, runsDirectory: string, cache: SeriesCache): void {
  server.post(
    '/api/compare',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'A series of many runs: windows, and means of groups over the columns of the screen, binary',
        body: compareRequestSchema,
        produces: [binaryAnswerType],
      },
    },
    ({ body }, reply) =>
      reply
        .type(binaryAnswerType)
        .header('cache-control', 'no-store')
        .send(Buffer.from(encodeComparison(compare(cache, body)).buffer)),
  );

  server.post(
    '/api/compare/records.csv',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Every record of the runs in the window, with full precision, a line each',
        body: compareRequestSchema,
        produces: ['text/csv'],
      },
    },
    ({ body }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="compare-${body.series}.csv"`)
        .send(Readable.from(comparisonCsvChunks(runsDirectory, cache, body))),
  );

  server.post(
    '/api/compare/series',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'The series that at least one of the runs has recorded',
        body: comparedSeriesRequestSchema,
        response: { 200: comparedSeriesSchema },
      },
    },
    async ({ body: { runs } }) => ({ series: await recordedByAny(runsDirectory, runs) }),
  );
}

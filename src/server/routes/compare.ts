import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import {
  binaryAnswerType,
  comparedSeriesRequestSchema,
  comparedSeriesSchema,
  compareRequestSchema,
  comparisonRecordsQuerySchema,
  encodeComparison,
} from '../../contract/index.ts';
import type { Api } from '../api.ts';
import {
  compare,
  comparisonCsvChunks,
  recordedByAny,
  type RecordsQuestion,
  type SeriesCache,
} from '../series/index.ts';

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

  const summary = 'Every record of the runs in the window, with full precision, a line each';
  const records = { tags, summary, produces: ['text/csv'] };
  const sendRecords = (reply: FastifyReply, question: RecordsQuestion): FastifyReply =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="compare-${question.series}.csv"`)
      .send(Readable.from(comparisonCsvChunks(runsDirectory, cache, question)));

  // An address can be shared, but holds no thousand runs.
  server.get(
    '/api/compare/records.csv',
    { schema: { ...records, querystring: comparisonRecordsQuerySchema } },
    ({ query: { group, ...question } }, reply) => sendRecords(reply, { ...question, groups: group }),
  );
  server.post(
    '/api/compare/records.csv',
    { bodyLimit, schema: { ...records, body: compareRequestSchema } },
    ({ body }, reply) => sendRecords(reply, body),
  );

  server.post(
    '/api/compare/series',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'The series that at least one of the runs has recorded, and which runs cannot be read',
        body: comparedSeriesRequestSchema,
        response: { 200: comparedSeriesSchema },
      },
    },
    ({ body: { runs } }) => recordedByAny(runsDirectory, runs),
  );
}

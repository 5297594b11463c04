import type { FastifyReply } from 'fastify';
import { csvLine } from '../../base/index.ts';
import {
  estimateQuerySchema,
  ledgerSchema,
  paperDetailSchema,
  paperFigureParametersSchema,
  paperFigureQuerySchema,
  paperListSchema,
  paperParametersSchema,
  paperTableParametersSchema,
  studyEstimateSchema,
  studyQuerySchema,
  studyStartSchema,
  studyStateBodySchema,
  type PaperTableBody,
  type StudyQuery,
} from '../../contract/index.ts';
import type { Paper } from '../../studies/index.ts';
import type { Api } from '../api.ts';
import { EventStream } from '../live/index.ts';
import { StudyFeed, type StudyDesk } from '../studies/index.ts';

const tags = ['studies'];
const figureTypes = { svg: 'image/svg+xml', png: 'image/png', csv: 'text/csv; charset=utf-8' } as const;

/** The papers: what they claim, what the runs say, and making those runs. */
export function studyRoutes(server: Api, desk: StudyDesk): void {
  server.get(
    '/api/papers',
    {
      schema: {
        tags,
        summary: 'The papers, and how much of each lies in the folder',
        response: { 200: paperListSchema },
      },
    },
    async () => ({ papers: await desk.summaries() }),
  );

  server.get(
    '/api/papers/:paper',
    {
      schema: {
        tags,
        summary: 'A paper: text, experiments with the state of each trial, claims, figures, tables',
        params: paperParametersSchema,
        querystring: studyQuerySchema,
        response: { 200: paperDetailSchema },
      },
    },
    ({ params, query }) => desk.detail(desk.paper(params.paper), query),
  );

  server.get(
    '/api/papers/:paper/ledger',
    {
      schema: {
        tags,
        summary: 'The claims of a paper, judged from what lies in the folder',
        params: paperParametersSchema,
        querystring: studyQuerySchema,
        response: { 200: ledgerSchema },
      },
    },
    ({ params, query }) => desk.ledger(desk.paper(params.paper), query),
  );

  exhibitRoutes(server, desk);
  makingRoutes(server, desk);
  feedRoute(server, desk);
}

/** Figures as SVG, PNG and CSV, tables as JSON and CSV. */
function exhibitRoutes(server: Api, desk: StudyDesk): void {
  server.get(
    '/api/papers/:paper/figures/:file',
    {
      schema: {
        tags,
        summary: 'A figure of a paper as SVG or PNG, or its numbers as CSV',
        params: paperFigureParametersSchema,
        querystring: paperFigureQuerySchema,
        produces: ['image/svg+xml', 'image/png', 'text/csv'],
      },
    },
    async ({ params: { paper, file }, query }, reply) => {
      const [id, ending] = partsOf(file);
      const { width, theme, pixels } = query;
      const format = ending === 'png' || ending === 'csv' ? ending : 'svg';
      const content = await desk.figure(desk.paper(paper), query, { id, format, theme, width, pixels });
      return reply
        .header('cache-control', 'no-cache')
        .header('content-disposition', `${format === 'csv' ? 'attachment' : 'inline'}; filename="${file}"`)
        .type(figureTypes[format])
        .send(typeof content === 'string' ? content : Buffer.from(content));
    },
  );

  server.get(
    '/api/papers/:paper/tables/:file',
    {
      schema: {
        tags,
        summary: 'A table of a paper as JSON or CSV',
        params: paperTableParametersSchema,
        querystring: studyQuerySchema,
        produces: ['application/json', 'text/csv'],
      },
    },
    async ({ params: { paper, file }, query }, reply) => {
      const [id, format] = partsOf(file);
      const table = await desk.table(desk.paper(paper), query, id);
      reply.header('cache-control', 'no-cache');
      if (format === 'json') return reply.send(table);
      return reply
        .header('content-disposition', `attachment; filename="${file}"`)
        .type('text/csv; charset=utf-8')
        .send(csvOf(table));
    },
  );
}

/** What it costs, start, stop. */
function makingRoutes(server: Api, desk: StudyDesk): void {
  server.get(
    '/api/papers/:paper/estimate',
    {
      schema: {
        tags,
        summary: 'What the missing trials of a paper cost on this machine, timed',
        params: paperParametersSchema,
        querystring: estimateQuerySchema,
        response: { 200: studyEstimateSchema },
      },
    },
    ({ params, query }, reply) => {
      const gone = new AbortController();
      // Nobody waits any more: timing would only keep the machine busy.
      reply.raw.once('close', () => gone.abort());
      return desk.estimate(desk.paper(params.paper), query, namesOf(query.only), gone.signal);
    },
  );

  server.get(
    '/api/study',
    { schema: { tags, summary: 'The study that was started last', response: { 200: studyStateBodySchema } } },
    () => ({ study: desk.runner.state }),
  );

  server.post(
    '/api/papers/:paper/runs',
    {
      schema: {
        tags,
        summary: 'Makes what a paper needs, or goes on with it',
        params: paperParametersSchema,
        body: studyStartSchema,
        response: { 202: studyStateBodySchema },
      },
    },
    async ({ params, body }, reply) => {
      reply.status(202);
      return { study: desk.start(desk.paper(params.paper), body) };
    },
  );

  server.delete(
    '/api/papers/:paper/runs',
    {
      schema: {
        tags,
        summary: 'Stops the study of a paper; runs write a checkpoint, and the same start goes on',
        params: paperParametersSchema,
        response: { 202: studyStateBodySchema },
      },
    },
    async ({ params }, reply) => {
      reply.status(202);
      return { study: desk.runner.stop(desk.paper(params.paper).letter) };
    },
  );
}

/** `/api/papers/events` and `/api/papers/:paper/events`: how far the study is, and the ledgers as they fill. */
function feedRoute(server: Api, desk: StudyDesk): void {
  const feeds = new Map<string, StudyFeed>();
  server.addHook('preClose', async () => {
    for (const feed of [...feeds.values()]) feed.close();
    await desk.close();
  });
  const listen = (papers: readonly Paper[], query: StudyQuery, reply: FastifyReply): void => {
    const key = JSON.stringify([papers.map(({ letter }) => letter), query.scale, query.seeds ?? null]);
    const feed = feeds.get(key) ?? new StudyFeed(desk, papers, query, () => feeds.delete(key));
    feeds.set(key, feed);
    const stream = new EventStream(reply, () => feed.unsubscribe(stream));
    feed.subscribe(stream);
  };
  const live = [...tags, 'live'];

  server.get(
    '/api/papers/events',
    {
      schema: {
        tags: live,
        summary: 'All papers, live: the study that is made, and the ledgers as they fill',
        querystring: studyQuerySchema,
        produces: ['text/event-stream'],
      },
    },
    ({ query }, reply) => listen(desk.papers, query, reply),
  );

  server.get(
    '/api/papers/:paper/events',
    {
      schema: {
        tags: live,
        summary: 'A paper, live: the study that is made, and the ledger as it fills',
        params: paperParametersSchema,
        querystring: studyQuerySchema,
        produces: ['text/event-stream'],
      },
    },
    ({ params, query }, reply) => listen([desk.paper(params.paper)], query, reply),
  );
}

/** Name and format: names have points in them. */
function partsOf(file: string): [id: string, format: string] {
  const at = file.lastIndexOf('.');
  return [file.slice(0, at), file.slice(at + 1)];
}

const namesOf = (only: string | undefined): string[] =>
  (only ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

const csvOf = ({ columns, rows }: PaperTableBody): string => [columns, ...rows].map(csvLine).join('');

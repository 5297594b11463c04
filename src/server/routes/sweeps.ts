import {
  sweepFigureParametersSchema,
  sweepFigureQuerySchema,
  sweepListSchema,
  sweepParametersSchema,
  sweepProgress,
  sweepRecordSchema,
  sweepRuns,
  type RunListEntry,
  type SweepFigureQuery,
  type SweepList,
  type SweepRecord,
  type SweepSummary,
} from '../../contract/index.ts';
import {
  sweepMatrixFigure,
  sweepParallelFigure,
  sweepSource,
  tableCsv,
  type FigureLook,
  type SweepSource,
  type TabledFigure,
} from '../../figures/index.ts';
import { renderPng, renderSvg } from '../../figures/node/index.ts';
import { listSweeps, openSweepRecord } from '../../store/index.ts';
import type { Api } from '../api.ts';
import type { RunList } from '../run-list.ts';

const tags = ['sweeps'];

/** The sweeps that were started in the folder of runs: how far each is, its plan, and its figures. Their runs are those of the list. */
export function sweepRoutes(server: Api, runsDirectory: string, list: RunList, hasQueue: boolean): void {
  server.get(
    '/api/sweeps',
    {
      schema: {
        tags,
        summary: 'The sweeps that were started in this folder, and how far each is',
        response: { 200: sweepListSchema },
      },
    },
    (): SweepList => {
      const noted = listSweeps(runsDirectory);
      const entries = noted.length > 0 ? entriesOf(list) : new Map<string, RunListEntry>();
      return {
        sweeps: noted.flatMap(({ record }) => (record ? [summaryOf(record, entries)] : [])),
        damaged: noted.flatMap(({ name, record }) => (record ? [] : [name])),
        queue: hasQueue,
      };
    },
  );

  server.get(
    '/api/sweeps/:name',
    {
      schema: {
        tags,
        summary: 'The plan of a sweep: its axes, cells and runs',
        params: sweepParametersSchema,
        response: { 200: sweepRecordSchema },
      },
    },
    ({ params: { name } }) => openSweepRecord(runsDirectory, name),
  );

  server.get(
    '/api/sweeps/:name/figures/:file',
    {
      schema: {
        tags,
        summary: 'The matrix or the parallel coordinates of a sweep as SVG or PNG, or their numbers as CSV',
        params: sweepFigureParametersSchema,
        querystring: sweepFigureQuerySchema,
        produces: ['image/svg+xml', 'image/png', 'text/csv'],
      },
    },
    ({ params: { name, file }, query }, reply) => {
      const [figure, format] = file.split('.') as ['matrix' | 'parallel', 'svg' | 'png' | 'csv'];
      const source = sweepSource(openSweepRecord(runsDirectory, name), list.runs());
      const drawn = drawnFigure(source, figure, query);
      reply.header('cache-control', 'no-cache');
      if (format === 'csv')
        return reply
          .header('content-disposition', `attachment; filename="${name}-${figure}.csv"`)
          .type('text/csv; charset=utf-8')
          .send(tableCsv(drawn.table()));
      reply.header('content-disposition', `inline; filename="${name}-${file}"`);
      const svg = renderSvg(drawn);
      if (format === 'svg') return reply.type('image/svg+xml').send(svg);
      return reply.type('image/png').send(Buffer.from(renderPng(svg, { scale: query.pixels })));
    },
  );
}

const entriesOf = (list: RunList): ReadonlyMap<string, RunListEntry> =>
  new Map(list.runs().map((entry) => [entry.id, entry]));

function summaryOf(record: SweepRecord, entries: ReadonlyMap<string, RunListEntry>): SweepSummary {
  const { name, created, updated, state, source, axes, cells } = record;
  const { runs, counts, secondsLeft } = sweepProgress(record, sweepRuns(record, entries));
  const { finished, failed, dropped, running } = counts;
  return {
    ...{ name, created, updated, state, path: source.path },
    axes: axes.map(({ key, values }) => ({ key, values: values.length })),
    cells: cells.length,
    ...{ runs, finished, failed, dropped, running, secondsLeft },
  };
}

function drawnFigure(source: SweepSource, figure: 'matrix' | 'parallel', query: SweepFigureQuery): TabledFigure {
  const { width, theme, quantity, x, y, scale, at, brush } = query;
  const look: FigureLook = { ...(width !== undefined && { width }), ...(theme && { theme }) };
  const colors = { ...(quantity && { quantity }), ...(scale && { scale }) };
  if (figure === 'parallel') return sweepParallelFigure(source, { ...colors, ...(brush && { brushes: brush }) }, look);
  return sweepMatrixFigure(
    source,
    { ...colors, ...(x !== undefined && { x }), ...(y !== undefined && { y }), ...(at && { at }) },
    look,
  );
}

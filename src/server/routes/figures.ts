import { figureCatalogueSchema, figureParametersSchema, figureQuerySchema } from '../../contract/index.ts';
import { buildFigure, figureCatalogue, figureTable, tableCsv } from '../../figures/index.ts';
import { renderPng, renderSvg } from '../../figures/node/index.ts';
import { figureSource, openRun } from '../../store/index.ts';
import type { FigureOptions } from '../../figures/index.ts';
import type { Api } from '../api.ts';

const tags = ['figures'];

/** Figures of a run as SVG or PNG, and their numbers as CSV; `from` and `to` (iterations) choose a window. */
export function figureRoutes(server: Api, runsDirectory: string): void {
  server.get(
    '/api/figures',
    { schema: { tags, summary: 'Figures that a run can be asked for', response: { 200: figureCatalogueSchema } } },
    () => ({ figures: figureCatalogue }),
  );

  server.get(
    '/api/runs/:id/figures/:file',
    {
      schema: {
        tags,
        summary: 'A figure of a run as SVG or PNG, or its numbers as CSV, not thinned',
        params: figureParametersSchema,
        querystring: figureQuerySchema,
        produces: ['image/svg+xml', 'image/png', 'text/csv'],
      },
    },
    ({ params: { id, file }, query: { from, to, scale, ...query } }, reply) => {
      const [figure, format] = file.split('.') as [string, 'svg' | 'png' | 'csv'];
      const run = openRun(runsDirectory, id);
      try {
        const window = from !== undefined && to !== undefined ? ([from, to] as const) : undefined;
        const options: FigureOptions = { ...given(query), ...(window && { window }) };
        if (format === 'csv') {
          reply.header('content-disposition', `attachment; filename="${id}-${figure}.csv"`);
          return reply.type('text/csv; charset=utf-8').send(tableCsv(figureTable(figure, figureSource(run), options)));
        }
        const svg = renderSvg(buildFigure(figure, figureSource(run), options));
        reply
          .header('cache-control', 'no-cache')
          .header('content-disposition', `inline; filename="${id}-${figure}.${format}"`);
        if (format === 'svg') return reply.type('image/svg+xml').send(svg);
        return reply.type('image/png').send(Buffer.from(renderPng(svg, { scale })));
      } finally {
        run.close();
      }
    },
  );
}

/** What was asked for, without what was not. */
const given = <T extends object>(query: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

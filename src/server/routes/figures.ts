import { figureCatalogueSchema, figureParametersSchema, figureQuerySchema } from '../../contract/index.ts';
import { buildFigure, figureCatalogue } from '../../figures/index.ts';
import { renderPng, renderSvg } from '../../figures/node/index.ts';
import { openRun } from '../../store/index.ts';
import type { Api } from '../api.ts';

const tags = ['figures'];

/** Figures of a run as SVG or PNG; `from` and `to` (iterations) choose a window. */
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
        summary: 'A figure of a run as SVG or PNG',
        params: figureParametersSchema,
        querystring: figureQuerySchema,
        produces: ['image/svg+xml', 'image/png'],
      },
    },
    ({ params: { id, file }, query: { width, theme, from, to, scale } }, reply) => {
      const [figure, format] = file.split('.') as [string, 'svg' | 'png'];
      const run = openRun(runsDirectory, id);
      try {
        const window = from !== undefined && to !== undefined ? ([from, to] as const) : undefined;
        const options = { ...(width && { width }), ...(theme && { theme }), ...(window && { window }) };
        const svg = renderSvg(buildFigure(figure, run, options));
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

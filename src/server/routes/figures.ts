import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { buildFigure, figureCatalogue } from '../../figures/index.ts';
import { renderPng, renderSvg } from '../../figures/node/index.ts';
import { openRun } from '../../store/index.ts';
import { runParameters, validate } from '../validate.ts';

const parameters = runParameters.extend({
  file: z.string().regex(/^[^.]+\.(svg|png)$/, 'expected <figure>.svg or <figure>.png'),
});
const query = z.object({
  width: z.coerce.number().pipe(z.int().min(320).max(4000)).optional(),
  theme: z.enum(['light', 'dark']).optional(),
  from: z.coerce.number().optional(),
  to: z.coerce.number().optional(),
  scale: z.coerce.number().min(0.5).max(4).default(2),
});

/** Figures of a run as SVG or PNG; `from` and `to` (iterations) choose a window. */
export function figureRoutes(server: FastifyInstance, runsDirectory: string): void {
  server.get('/api/figures', () => ({ figures: figureCatalogue }));

  server.get('/api/runs/:id/figures/:file', (request, reply) => {
    const { id, file } = validate(parameters, request.params);
    const { width, theme, from, to, scale } = validate(query, request.query);
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
  });
}

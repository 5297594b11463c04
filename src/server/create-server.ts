import fastify from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { typed } from './api.ts';
import { documentApi } from './documentation.ts';
import { answerErrors } from './errors.ts';
import { builtPageDirectory, servePage } from './page.ts';
import { protect } from './protection.ts';
import { compareRoutes } from './routes/compare.ts';
import { eventRoutes } from './routes/events.ts';
import { figureRoutes } from './routes/figures.ts';
import { runRoutes } from './routes/runs.ts';
import { seriesRoutes } from './routes/series.ts';
import { SeriesCache } from './series/index.ts';

export interface ServerOptions {
  /** The folder of the runs; each is read anew when it is asked for. It need not exist yet. */
  readonly runsDirectory: string;
  /** Where requests and defects are logged (default: nowhere). */
  readonly logger?: FastifyBaseLogger;
  /** The built page (default: the one that belongs to this installation). */
  readonly pageDirectory?: string;
}

const bodyLimit = 64 * 1024;

/** The server of page and interface over one folder of runs. It reads runs and never changes them. */
export function createServer({ runsDirectory, logger, pageDirectory }: ServerOptions): FastifyInstance {
  const server: FastifyInstance = fastify({
    ...(logger && { loggerInstance: logger }),
    bodyLimit,
    // Browsers open connections ahead of need; ones that never carried a request would hold up the end for minutes.
    forceCloseConnections: true,
  });
  answerErrors(server);
  protect(server);
  const api = typed(server);
  documentApi(server);
  const cache = new SeriesCache(runsDirectory);
  // The description collects routes that are registered after it.
  void server.register(async () => {
    runRoutes(api, runsDirectory);
    figureRoutes(api, runsDirectory);
    eventRoutes(api, runsDirectory);
    seriesRoutes(api, runsDirectory, cache);
    compareRoutes(api, runsDirectory, cache);
  });
  void server.register(async (page) => servePage(page, pageDirectory ?? builtPageDirectory()));
  return server;
}

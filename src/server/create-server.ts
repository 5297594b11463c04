import fastify from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { typed } from './api.ts';
import { documentApi } from './documentation.ts';
import { ExampleShelf } from './example-shelf.ts';
import { answerErrors } from './errors.ts';
import { Jobs } from './jobs.ts';
import { builtPageDirectory, servePage } from './page.ts';
import { protect } from './protection.ts';
import { checkpointRoutes } from './routes/checkpoints.ts';
import { eventRoutes } from './routes/events.ts';
import { figureRoutes } from './routes/figures.ts';
import { resultRoutes } from './routes/results.ts';
import { runRoutes } from './routes/runs.ts';

export interface ServerOptions {
  /** The folder of the runs; each is read anew when it is asked for. It need not exist yet. */
  readonly runsDirectory: string;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
  /** What computes measurements and landscapes (default: processes of this installation). */
  readonly jobs?: Jobs;
  /** What shows training examples (default: a process of this installation). */
  readonly examples?: ExampleShelf;
  /** Where requests and defects are logged (default: nowhere). */
  readonly logger?: FastifyBaseLogger;
  /** The built page (default: the one that belongs to this installation). */
  readonly pageDirectory?: string;
}

const bodyLimit = 64 * 1024;

/** The server of page and interface over one folder of runs. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { runsDirectory, dataDirectory, logger, pageDirectory } = options;
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
  // The description collects routes that are registered after it.
  void server.register(async () => {
    runRoutes(api, runsDirectory);
    checkpointRoutes(api, runsDirectory);
    resultRoutes(api, {
      runsDirectory,
      dataDirectory,
      jobs: options.jobs ?? new Jobs(),
      examples: options.examples ?? new ExampleShelf(dataDirectory),
    });
    figureRoutes(api, runsDirectory);
    eventRoutes(api, runsDirectory);
  });
  void server.register(async (page) => servePage(page, pageDirectory ?? builtPageDirectory()));
  return server;
}

import fastify from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { startExampleViewer, type ExampleViewer } from '../run/index.ts';
import { localAccess, type Access } from './access.ts';
import { typed } from './api.ts';
import { documentApi } from './documentation.ts';
import { Estimates } from './estimates.ts';
import { hubRoutes, RunCopies, type RunCopiesOptions } from './hub/index.ts';
import { answerErrors } from './errors.ts';
import { Jobs } from './jobs.ts';
import { builtPageDirectory, servePage } from './page.ts';
import { protect } from './protection.ts';
import { checkpointRoutes } from './routes/checkpoints.ts';
import { compareRoutes } from './routes/compare.ts';
import { eventRoutes } from './routes/events.ts';
import { figureRoutes } from './routes/figures.ts';
import { managingRoutes } from './routes/managing.ts';
import { queueRoutes } from './routes/queue.ts';
import { resultRoutes } from './routes/results.ts';
import { runRoutes } from './routes/runs.ts';
import { seriesRoutes } from './routes/series.ts';
import { sparklineRoutes } from './routes/sparklines.ts';
import { steeringRoutes } from './routes/steering.ts';
import { studyRoutes } from './routes/studies.ts';
import { sweepRoutes } from './routes/sweeps.ts';
import { RunList } from './run-list.ts';
import { SeriesCache } from './series/index.ts';
import type { TrainersOptions } from './steering/index.ts';
import { StudyDesk, type StudyOptions } from './studies/index.ts';
import type { QueueManager } from '../sweep/index.ts';

export interface ServerOptions {
  /** The folder of the runs; each is read anew when it is asked for. It need not exist yet. */
  readonly runsDirectory: string;
  /** Who may ask (default: this machine only). */
  readonly access?: Access;
  /** What computes measurements and landscapes (default: processes of this installation). */
  readonly jobs?: Jobs;
  /** What shows training examples (default: a process of this installation). */
  readonly examples?: ExampleViewer;
  /** What finds out prices beforehand (default: processes of this installation). */
  readonly estimates?: Estimates;
  /** Where requests and defects are logged (default: nowhere). */
  readonly logger?: FastifyBaseLogger;
  /** The built page (default: the one that belongs to this installation). */
  readonly pageDirectory?: string;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
  /** How runs are started; default: each in a process of its own. */
  readonly steering?: Omit<TrainersOptions, 'runsDirectory' | 'dataDirectory'>;
  /** Papers and who makes them (default: the five papers, in processes of their own). */
  readonly studies?: StudyOptions;
  /** The queue of runs that workers take from (default: there is none, and no routes for it). */
  readonly queue?: QueueManager;
  /** Takes runs that workers on other machines make (default: it does not). */
  readonly hub?: Omit<RunCopiesOptions, 'runsDirectory'>;
}

const bodyLimit = 64 * 1024;

/**
 * The server of page and interface over one folder of runs. It writes annotations, results and studies, and moves runs to the
 * trash; what changes the numbers of runs are the training processes that it starts, which end with a checkpoint when it closes.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { runsDirectory, dataDirectory, logger, pageDirectory, steering, studies, hub, access = localAccess } = options;
  const server: FastifyInstance = fastify({
    ...(logger && { loggerInstance: logger }),
    bodyLimit,
    // Browsers open connections ahead of need; ones that never carried a request would hold up the end for minutes.
    forceCloseConnections: true,
  });
  answerErrors(server);
  protect(server, access);
  const api = typed(server);
  const list = new RunList(runsDirectory);
  documentApi(server);
  const cache = new SeriesCache(runsDirectory);
  const place = { runsDirectory, ...(dataDirectory !== undefined && { dataDirectory }) };
  const estimates = options.estimates ?? new Estimates();
  server.addHook('preClose', async () => estimates.close());
  // The description collects routes that are registered after it.
  void server.register(async () => {
    runRoutes(api, runsDirectory, list);
    managingRoutes(api, runsDirectory, list);
    sparklineRoutes(api, runsDirectory);
    checkpointRoutes(api, runsDirectory);
    resultRoutes(api, {
      place,
      estimates,
      jobs: options.jobs ?? new Jobs(),
      examples: options.examples ?? startExampleViewer(),
    });
    figureRoutes(api, runsDirectory);
    seriesRoutes(api, runsDirectory, cache);
    compareRoutes(api, runsDirectory, cache);
    eventRoutes(api, runsDirectory, list);
    steeringRoutes(api, { ...place, ...steering }, estimates);
    studyRoutes(api, new StudyDesk(place, studies));
    sweepRoutes(api, runsDirectory, list, options.queue !== undefined);
    if (options.queue) queueRoutes(api, options.queue);
    if (hub)
      hubRoutes(server, { runsDirectory, dataDirectory, list, copies: new RunCopies({ runsDirectory, ...hub }) });
  });
  void server.register(async (page) => servePage(page, pageDirectory ?? builtPageDirectory()));
  return server;
}

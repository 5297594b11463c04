import { messageOf, ThalwegError } from '../../base/index.ts';
import {
  queueActionSchema,
  queueQuerySchema,
  queueStatusSchema,
  resultsSchema,
  type QueueAction,
  type Results,
} from '../../contract/index.ts';
import type { QueueManager } from '../../sweep/index.ts';
import type { Api } from '../api.ts';

const tags = ['queue'];

/** The queue of runs that workers on many machines take from: what lies in it, who takes from it, and what shall become of it. */
export function queueRoutes(server: Api, queue: QueueManager): void {
  server.get(
    '/api/queue',
    {
      schema: {
        tags,
        summary: 'The queue: counts, workers with their last sign of life, runs',
        querystring: queueQuerySchema,
        response: { 200: queueStatusSchema },
      },
    },
    ({ query }) => queue.status(query.jobs),
  );

  server.post(
    '/api/queue',
    {
      schema: {
        tags,
        summary: 'Pause, resume or drain the queue; cancel runs in it, try them again, change their priority',
        body: queueActionSchema,
        response: { 200: resultsSchema },
      },
    },
    async ({ body }) => ({ results: await act(queue, body) }),
  );
}

async function act(queue: QueueManager, action: QueueAction): Promise<Results['results']> {
  switch (action.action) {
    case 'pause':
      await queue.pause();
      return [];
    case 'resume':
      await queue.resume();
      return [];
    case 'drain':
      await queue.drain();
      return [];
    case 'cancel':
      return each(action.runs, (run) => queue.cancel(run));
    case 'retry':
      return each(action.runs, (run) => queue.retry(run));
    case 'priority':
      return each(action.runs, (run) => queue.setPriority(run, action.priority));
  }
}

/** Does something to each; one that fails does not keep the others from being done. */
async function each(runs: readonly string[], work: (run: string) => Promise<void>): Promise<Results['results']> {
  const results: Results['results'] = [];
  for (const id of runs) {
    try {
      await work(id);
      results.push({ id, name: id, error: null });
    } catch (error) {
      if (!(error instanceof ThalwegError)) throw error;
      results.push({ id, name: null, error: { code: error.code, message: messageOf(error) } });
    }
  }
  return results;
}

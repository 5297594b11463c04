import { ThalwegError } from '../../base/index.ts';
import type { QueueJob, QueueStatus, WorkerRecord } from '../../contract/index.ts';
import { openQueueManager, type QueueManager } from '../../sweep/index.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { integer } from '../options.ts';
import { formatTable, type Column } from '../table.ts';

export interface QueueOptions {
  readonly queue: string;
  readonly jobs: number;
  readonly json?: boolean;
}

type QueueActionName = 'status' | 'pause' | 'resume' | 'drain' | 'cancel' | 'retry' | 'priority';

/** `thalweg queue <action> [run…]`. */
export async function queue(
  action: QueueActionName,
  words: readonly string[],
  options: QueueOptions,
  io: Io,
): Promise<number> {
  const order = orderOf(action, words);
  const manager = await openQueueManager(options.queue, (text) => writeLine(io.stderr, text));
  try {
    const said = await order(manager);
    const status = await manager.status(options.jobs);
    if (options.json === true) writeJson(io.stdout, status);
    else writeLine(io.stdout, said ?? textOf(status, io.stdout.columns));
    return 0;
  } finally {
    await manager.close();
  }
}

/** What shall be done, and what is said of it; null: how the queue stands. */
type Order = (manager: QueueManager) => Promise<string | null>;

function orderOf(action: QueueActionName, words: readonly string[]): Order {
  switch (action) {
    case 'cancel':
      return each(action, words, 'taken out; one that is made stops within seconds', (manager, run) =>
        manager.cancel(run),
      );
    case 'retry':
      return each(action, words, 'to be tried again', (manager, run) => manager.retry(run));
    case 'priority':
      return priorityOrder(words);
    case 'status':
    case 'pause':
    case 'resume':
    case 'drain':
      if (words.length > 0) throw new ThalwegError('USAGE', `queue ${action}: expected no run, got ${words.join(' ')}`);
      return wholeOrder(action);
  }
}

const wholeOrder = (action: 'status' | 'pause' | 'resume' | 'drain'): Order => {
  const orders: Record<typeof action, Order> = {
    status: () => Promise.resolve(null),
    pause: async (manager) => {
      await manager.pause();
      return 'paused: workers end what they have in hand and take no more';
    },
    resume: async (manager) => {
      await manager.resume();
      return 'resumed';
    },
    drain: async (manager) => `${await manager.drain()} runs taken out; what workers have in hand goes on`,
  };
  return orders[action];
};

function each(
  action: string,
  runs: readonly string[],
  said: string,
  work: (manager: QueueManager, run: string) => Promise<void>,
): Order {
  if (runs.length === 0) throw new ThalwegError('USAGE', `queue ${action}: expected at least one run, got none`);
  return async (manager) => {
    for (const run of runs) await work(manager, run);
    return runs.map((run) => `${run}: ${said}`).join('\n');
  };
}

function priorityOrder(words: readonly string[]): Order {
  const [run, text, ...rest] = words;
  if (run === undefined || text === undefined || rest.length > 0)
    throw new ThalwegError(
      'USAGE',
      `queue priority: expected a run and a number, got ${JSON.stringify(words.join(' '))}`,
    );
  const priority = integer('queue priority', 1)(text);
  return async (manager) => {
    await manager.setPriority(run, priority);
    return `${run}: priority ${priority}`;
  };
}

const workerColumns: readonly Column<WorkerRecord>[] = [
  { title: 'worker', value: ({ name }) => name },
  { title: 'runs', value: ({ runs, concurrency }) => `${runs.length}/${concurrency}`, align: 'right' },
  { title: 'load', value: ({ load, cores }) => `${load.toFixed(1)}/${cores}`, align: 'right', expendable: 1 },
  { title: 'version', value: ({ thalweg }) => thalweg, expendable: 2 },
  { title: 'last sign of life', value: ({ seen, leaving }) => (leaving ? `${seen}, leaving` : seen) },
];

const jobColumns: readonly Column<QueueJob>[] = [
  { title: 'run', value: ({ run, until }) => (until === null ? run : `${run}@${until}`) },
  { title: 'state', value: ({ state }) => state },
  { title: 'done', value: ({ share }) => `${Math.floor(100 * share)} %`, align: 'right' },
  { title: 'priority', value: ({ priority }) => String(priority), align: 'right', expendable: 2 },
  { title: 'failed', value: ({ attempts }) => String(attempts), align: 'right', expendable: 3 },
  { title: 'worker', value: ({ worker }) => worker ?? '–', expendable: 1 },
];

function textOf(
  { address, paused, counts, evaluations, workers, jobs }: QueueStatus,
  width: number | undefined,
): string {
  const numbers = (of: QueueStatus['counts']): string =>
    Object.entries(of)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ');
  const hasEvaluations = Object.values(evaluations).some((count) => count > 0);
  const reasons = jobs.filter(({ state, reason }) => reason !== null && state !== 'completed');
  return [
    `${address}${paused ? ', paused' : ''}: ${numbers(counts)}`,
    ...(hasEvaluations ? [`parts of landscapes: ${numbers(evaluations)}`] : []),
    workers.length === 0
      ? 'no worker: `thalweg worker --queue …` starts one'
      : formatTable(workerColumns, workers, width),
    ...(jobs.length === 0 ? [] : [formatTable(jobColumns, jobs, width)]),
    ...reasons.map(({ job, reason }) => `  ${job}: ${reason}`),
  ].join('\n\n');
}

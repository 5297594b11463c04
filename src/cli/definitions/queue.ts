import type { QueueOptions } from '../commands/queue.ts';
import type { WorkerOptions } from '../commands/worker.ts';
import { integer, oneOf } from '../options.ts';
import { define, type Definitions } from './command.ts';

/** `queue` and `worker`: runs on many machines. */
export function defineQueue(definitions: Definitions): void {
  defineManagement(definitions);
  defineWorker(definitions);
}

export const queueText = 'address of a Redis or Valkey server: redis://[[user]:password@]host[:port][/database]';

// Written out, so that the queue need not be loaded to read a command line.
const actions = ['status', 'pause', 'resume', 'drain', 'cancel', 'retry', 'priority'] as const;

function defineManagement({ program, io, exit }: Definitions): void {
  define(program, 'queue', 'look at the queue of runs that workers take from, and change what lies in it', [
    'thalweg queue status --queue redis://host:6379',
    'thalweg queue pause --queue redis://host:6379',
    'thalweg queue cancel lr-bs-0.1-32-s1 --queue redis://host:6379',
    'thalweg queue priority lr-bs-0.1-32-s1 1 --queue redis://host:6379',
  ])
    .argument('<action>', actions.join(', '), oneOf('queue', actions))
    .argument('[run...]', 'for cancel and retry: runs; for priority: a run and a number, lower ones come first')
    .requiredOption('--queue <url>', queueText)
    .option('--jobs <n>', 'runs that status shows at most, of each state', integer('--jobs', 0, 1000), 20)
    .option('--json', 'write one JSON document: how the queue stands afterwards')
    .action(async (action: (typeof actions)[number], words: string[], options: QueueOptions) =>
      exit(await (await import('../commands/queue.ts')).queue(action, words, options, io)),
    );
}

function defineWorker({ program, io, exit }: Definitions): void {
  define(program, 'worker', 'take runs from a queue, make them, and send them to a hub, until Ctrl-C', [
    'thalweg worker --queue redis://host:6379 --hub http://host:4173 --token …',
    'thalweg worker --queue redis://:password@host:6379 --hub http://host:4173 --concurrency 2 --data /big/data',
    'thalweg worker --queue redis://host:6379 --runs /shared/runs',
  ])
    .requiredOption('--queue <url>', queueText)
    .option('--hub <url>', 'address of `thalweg serve --hub`; without it: only landscapes, of runs in --runs')
    .option('--token <text>', 'of the hub (default: $THALWEG_TOKEN)')
    .option(
      '--concurrency <n>',
      'runs at a time (default: as many as cores and memory allow for their model)',
      integer('--concurrency', 1, 1024),
    )
    .option(
      '--threads <n>',
      'of each run (default: the cores shared out among its runs); 1 where several workers share a machine',
      integer('--threads', 1, 1024),
    )
    .option(
      '--runs <dir>',
      'folder for the runs while they are made, of this worker alone (default: a temporary one); without --hub: a folder that all share',
    )
    .option('--keep', 'leave runs in that folder that the hub has')
    .option('--data <dir>', 'folder of the data sets (default: $THALWEG_DATA, else the user’s cache folder)')
    .option(
      '--cache <dir>',
      'folder for checkpoints of runs that are gone on with (default: in the user’s cache folder)',
    )
    .option('--cache-size <GB>', 'what that folder takes at most', integer('--cache-size', 0, 100_000), 20)
    .option(
      '--patience <seconds>',
      'without a sign of life after which a worker’s runs go to others',
      integer('--patience', 2, 3600),
      30,
    )
    .action(async (options: WorkerOptions) => exit(await (await import('../commands/worker.ts')).work(options, io)));
}

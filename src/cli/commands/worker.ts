import { resolve } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import { packageVersion, PartProcesses } from '../../run/index.ts';
import {
  Capacity,
  connectQueue,
  createLocalQueue,
  EvaluationWorker,
  newWorkerName,
  RunWorker,
  thisMachine,
  type EvaluationWorkerOptions,
  type QueueConnection,
} from '../../sweep/index.ts';
import type { HubClient } from '../../sync/index.ts';
import { hubCache, hubClient } from '../hub-client.ts';
import { writeLine, type Io } from '../io.ts';
import { given } from '../options.ts';
import { dataFromHub, folderOf, placeFor, takerOf, WorkerShares, type HubWork } from '../working.ts';

export interface WorkerOptions {
  readonly queue: string;
  readonly hub?: string;
  readonly token?: string;
  readonly concurrency?: number;
  readonly threads?: number;
  readonly runs?: string;
  readonly keep?: boolean;
  readonly data?: string;
  readonly cache?: string;
  readonly cacheSize: number;
  readonly patience: number;
}

/** Something that takes jobs until it is told to leave. */
interface Taking {
  /** What it takes, for people. */
  readonly what: string;
  /** Resolves when nothing of it is left. */
  leave(): Promise<void>;
}

/** `thalweg worker`: until a signal. The first one sends what is in hand back into the queue, the second ends at once. */
export async function work(options: WorkerOptions, io: Io): Promise<number> {
  const note = distinct((text) => writeLine(io.stderr, text));
  const stop = new AbortController();
  const end = signalled(stop, note, io);
  const name = newWorkerName();
  const client = options.hub === undefined ? null : hubClient(options.hub, options, io);
  if (!client && options.runs === undefined)
    throw new ThalwegError('USAGE', 'worker: expected --hub, or --runs with runs that the queue’s landscapes are of');
  const connection = await connectQueue(options.queue, note);
  try {
    const taking = client
      ? await withHub(client, name, connection, options, { stop: stop.signal, note })
      : withoutHub(resolve(options.runs!), name, connection, options, note);
    writeLine(io.stdout, `worker ${name}: ${taking.what} from ${connection.shown}, until Ctrl-C`);
    await Promise.race([end.asked, end.forced]);
    await Promise.race([taking.leave(), end.forced]);
    return 0;
  } finally {
    end.dispose();
    connection.close();
  }
}

/** Makes runs for a hub, and computes parts of landscapes of its runs. */
async function withHub(
  client: HubClient,
  name: string,
  connection: QueueConnection,
  options: WorkerOptions,
  { stop, note }: { readonly stop: AbortSignal; readonly note: (text: string) => void },
): Promise<Taking> {
  const onProblem = (problem: ThalwegError | null): void => void (problem && note(`${problem.message}; trying again`));
  await client.describe({ signal: stop, onProblem });
  const folder = folderOf(options.runs);
  const cache = hubCache(options.cache, options.cacheSize * 1e9);
  const hub: HubWork = { client, cache, runsDirectory: folder.path, dataDirectory: options.data, onNote: note };
  const bringData = dataFromHub(hub);
  const shares = new WorkerShares(
    given({ concurrency: options.concurrency, threads: options.threads }),
    hub,
    bringData,
  );
  const capacity = new Capacity();
  const { place, close } = placeFor(hub, folder.path, options.data, bringData);
  const common = { connection, name, capacity, concurrency: shares.most, patience: options.patience, onNote: note };
  // The worker that makes runs gives the signs of life of both.
  const parts = takeParts({ ...common, place, signEvery: null }, close);
  const local = createLocalQueue({
    ...{ workers: shares.most, threads: shares.threadsOf },
    ...{ runsDirectory: folder.path, dataDirectory: options.data },
  });
  const runs = new RunWorker(name, {
    ...{ ...common, local, runsDirectory: folder.path, keep: options.keep === true, thalweg: packageVersion() },
    ...{ take: takerOf(hub, name, bringData), share: shares.of, alsoInHand: () => parts.worker.inHand },
  });
  const most = shares.most === 1 ? '1 run' : `up to ${shares.most} runs`;
  return {
    what: `${most} at a time for ${client.address}`,
    async leave() {
      await Promise.all([runs.leave().then(() => local.close()), parts.leave()]);
      folder.remove();
    },
  };
}

/** Computes parts of landscapes of runs that lie in a folder which all share. */
function withoutHub(
  runsDirectory: string,
  name: string,
  connection: QueueConnection,
  { concurrency = thisMachine().cores, data, patience }: WorkerOptions,
  onNote: (text: string) => void,
): Taking {
  const { place, close } = placeFor(null, runsDirectory, data, () => Promise.resolve());
  const capacity = new Capacity();
  const parts = takeParts({ connection, name, capacity, concurrency, patience, onNote, place }, close);
  const most = concurrency === 1 ? '1 part' : `up to ${concurrency} parts`;
  return { what: `${most} of landscapes at a time, of runs in ${runsDirectory},`, leave: parts.leave };
}

/** @param close called when no part is left in hand */
function takeParts(options: Omit<EvaluationWorkerOptions, 'thalweg' | 'start'>, close: () => void) {
  const processes = new PartProcesses();
  const start: EvaluationWorkerOptions['start'] = (request, onPoints) => processes.start(request, onPoints);
  const worker = new EvaluationWorker({ ...options, start, thalweg: packageVersion() });
  const leave = async (): Promise<void> => {
    await worker.leave();
    await processes.close();
    close();
  };
  return { worker, leave };
}

/** Leaves out what was said just before: a hub that is away is tried again and again. */
function distinct(say: (text: string) => void): (text: string) => void {
  let last: string | undefined;
  return (text) => {
    if (text !== last) say(text);
    last = text;
  };
}

/** The first signal asks to end, the second forces it. */
function signalled(stop: AbortController, note: (text: string) => void, io: Io) {
  let ask!: () => void;
  let force!: (error: Error) => void;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const forced = new Promise<never>((_, reject) => (force = reject));
  forced.catch(() => undefined);
  const dispose = io.onSignal(() => {
    if (stop.signal.aborted)
      return force(new ThalwegError('INTERRUPTED', 'worker: ended at once; others go on with its runs in a while'));
    note('leaving: runs write a checkpoint, are sent, and go back into the queue (again: at once)');
    stop.abort();
    ask();
  });
  return { asked, forced, dispose };
}

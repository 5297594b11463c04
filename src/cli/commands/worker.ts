import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import { dataDirectories, fetchDataSet, userCacheFolder, type FileSource } from '../../data/index.ts';
import { packageVersion } from '../../run/index.ts';
import {
  connectQueue,
  createLocalQueue,
  newWorkerName,
  RunWorker,
  shareAmong,
  shareOut,
  thisMachine,
  type RunMaker,
  type Share,
} from '../../sweep/index.ts';
import { FileCache, HubClient, hubSource, takeRun, type WorkerName } from '../../sync/index.ts';
import { writeLine, type Io } from '../io.ts';
import { given } from '../options.ts';

export interface WorkerOptions {
  readonly queue: string;
  readonly hub: string;
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

/** Memory of one run where none was measured yet, bytes: a small network on all of CIFAR-10. */
const memoryOfRun = 1e9;

/** `thalweg worker`: until a signal. The first one sends the runs in hand back into the queue, the second ends at once. */
export async function work(options: WorkerOptions, io: Io): Promise<number> {
  const note = distinct((text) => writeLine(io.stderr, text));
  const stop = new AbortController();
  const end = signalled(stop, note, io);
  const name = newWorkerName();
  const client = clientOf(options, io);
  const connection = await connectQueue(options.queue, note);
  try {
    const onProblem = (problem: ThalwegError | null): void =>
      void (problem && note(`${problem.message}; trying again`));
    await client.describe({ signal: stop.signal, onProblem });
    const share = shareOf(options);
    const folder = folderOf(options);
    const local = createLocalQueue({ ...share, runsDirectory: folder.path, dataDirectory: options.data });
    const worker = new RunWorker(name, {
      ...{ connection, local, runsDirectory: folder.path, keep: options.keep === true },
      ...{ take: takerOf(client, name, folder.path, options, note), onNote: note },
      ...{ thalweg: packageVersion(), concurrency: share.workers, patience: options.patience },
    });
    const runs = share.workers === 1 ? '1 run' : `${share.workers} runs`;
    writeLine(
      io.stdout,
      `worker ${name}: ${runs} at a time from ${connection.shown} for ${client.address}, until Ctrl-C`,
    );
    await Promise.race([end.asked, end.forced]);
    await Promise.race([worker.leave().then(() => local.close()), end.forced]);
    folder.remove();
    return 0;
  } finally {
    end.dispose();
    connection.close();
  }
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

function clientOf({ hub, token }: WorkerOptions, io: Io): HubClient {
  const shown = token ?? io.env['THALWEG_TOKEN'];
  return new HubClient({ address: hub, version: packageVersion(), seed: process.pid, ...(shown && { token: shown }) });
}

function shareOf({ concurrency, threads }: WorkerOptions): Share {
  const machine = thisMachine();
  const share =
    concurrency === undefined ? shareOut(machine, memoryOfRun, Infinity) : shareAmong(machine.cores, concurrency);
  return { ...share, ...given({ threads }) };
}

/** The worker's own folder of runs; a temporary one is removed when it is no longer needed. */
function folderOf({ runs }: WorkerOptions): { readonly path: string; remove(): void } {
  if (runs === undefined) {
    const path = mkdtempSync(join(tmpdir(), 'thalweg-worker-'));
    return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
  }
  const path = resolve(runs);
  mkdirSync(path, { recursive: true });
  return { path, remove: () => undefined };
}

/** How this worker takes runs at the hub. */
function takerOf(
  client: HubClient,
  id: string,
  runsDirectory: string,
  { cache, cacheSize, data }: WorkerOptions,
  onNote: (text: string) => void,
): RunMaker['take'] {
  const worker: WorkerName = { id, host: hostname(), pid: process.pid };
  const files = new FileCache(cache ?? join(userCacheFolder(), 'hub'), cacheSize * 1e9);
  const bringData = dataFrom(hubSource(client, files), dataDirectories(data)[0]!);
  return async (run, signal) => {
    await bringData(run.specification.data.name);
    return takeRun({
      ...{ client, runsDirectory, worker, cache: files, signal, onNote },
      ...{ id: run.id, definition: run.definition },
    });
  };
}

/** Brings each data set once, from the hub where that has it, and compares its files with their recorded checksums. */
function dataFrom(source: FileSource, directory: string): (name: string) => Promise<unknown> {
  const brought = new Map<string, Promise<unknown>>();
  return (name) => {
    const earlier = brought.get(name);
    if (earlier) return earlier;
    const bringing = fetchDataSet(name, { directory, source });
    brought.set(name, bringing);
    // The next run tries again.
    bringing.catch(() => brought.delete(name));
    return bringing;
  };
}

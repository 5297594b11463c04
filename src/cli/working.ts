import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ThalwegError } from '../base/index.ts';
import { dataDirectories, fetchDataSet, type FileSource } from '../data/index.ts';
import { holdFolder, openRun } from '../store/index.ts';
import {
  PriceBook,
  shareAmong,
  shareForKind,
  thisMachine,
  type PartPlace,
  type RunMaker,
  type Share,
} from '../sweep/index.ts';
import type { EvaluationWorkerOptions, RunWorkerOptions } from '../sweep/index.ts';
import { hubSource, PartPlaces, takeRun, type FileCache, type HubClient, type WorkerName } from '../sync/index.ts';
import { given } from './options.ts';

/** The worker's own folder of runs, which nobody else uses; a temporary one is removed when it is no longer needed. */
export interface WorkerFolder {
  readonly path: string;
  remove(): void;
}

/** Throws `RUN_STATE` where another worker or a hub has the folder. */
export function folderOf(runs: string | undefined): WorkerFolder {
  if (runs === undefined) {
    const path = mkdtempSync(join(tmpdir(), 'thalweg-worker-'));
    return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
  }
  const path = resolve(runs);
  mkdirSync(path, { recursive: true });
  const hold = holdFolder(path, 'worker');
  return { path, remove: () => hold.release() };
}

/** What a worker makes runs and parts from, where it has a hub. */
export interface HubWork {
  readonly client: HubClient;
  readonly cache: FileCache;
  /** The worker's own folder of runs. */
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
  readonly onNote: (text: string) => void;
}

/** Brings the data set of that name, once. */
export type BringData = (name: string) => Promise<unknown>;

/** Brings each data set once, from the hub where that has it, and compares its files with their recorded checksums. */
export function dataFromHub({ client, cache, dataDirectory }: HubWork): BringData {
  const source: FileSource = hubSource(client, cache);
  const directory = dataDirectories(dataDirectory)[0]!;
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

/** How this worker takes runs at the hub. */
export function takerOf(
  { client, cache, runsDirectory, onNote }: HubWork,
  id: string,
  bringData: BringData,
): RunMaker['take'] {
  const worker: WorkerName = { id, host: hostname(), pid: process.pid };
  return async (run, signal) => {
    await bringData(run.specification.data.name);
    return takeRun({
      ...{ client, runsDirectory, worker, cache, signal, onNote },
      ...{ id: run.id, definition: run.definition },
    });
  };
}

/**
 * How this machine is shared out among runs like one of them: as the command line says, or as its cores and its memory allow for that
 * model, of which the plan of a run is made once.
 */
export class WorkerShares {
  readonly #options: { readonly concurrency?: number; readonly threads?: number };
  readonly #bringData: BringData;
  readonly #prices: PriceBook;
  readonly #onNote: (text: string) => void;
  readonly #machine = thisMachine();
  readonly #threads = new Map<string, number>();

  constructor(
    options: { readonly concurrency?: number; readonly threads?: number },
    { dataDirectory, onNote }: Pick<HubWork, 'dataDirectory' | 'onNote'>,
    bringData: BringData,
  ) {
    this.#options = options;
    this.#bringData = bringData;
    this.#onNote = onNote;
    this.#prices = new PriceBook({ dataDirectory, onNote });
  }

  /** Runs at a time, at most. */
  get most(): number {
    return this.#options.concurrency ?? this.#machine.cores;
  }

  readonly of: NonNullable<RunWorkerOptions['share']> = async (run, signal) => {
    const share = { ...(await this.#shareOf(run, signal)), ...given({ threads: this.#options.threads }) };
    this.#threads.set(run.id, share.threads);
    return share;
  };

  /** Threads of a run whose share was asked for. */
  readonly threadsOf = ({ id }: { readonly id: string }): number =>
    this.#threads.get(id) ?? shareAmong(this.#machine.cores, this.most).threads;

  async #shareOf(run: Parameters<RunMaker['take']>[0], signal: AbortSignal): Promise<Share> {
    const { concurrency } = this.#options;
    if (concurrency !== undefined) return shareAmong(this.#machine.cores, concurrency);
    await this.#bringData(run.specification.data.name);
    return shareForKind(run, { prices: this.#prices, onNote: this.#onNote, signal }, this.#machine);
  }
}

/** How a worker finds the runs that parts of landscapes are computed from: at its hub, or in a folder that all share. */
export function placeFor(
  hub: HubWork | null,
  shared: string,
  dataDirectory: string | undefined,
  bringData: BringData,
): { readonly place: EvaluationWorkerOptions['place']; readonly close: () => void } {
  const common = given({ dataDirectory });
  if (!hub)
    return { place: async (): Promise<PartPlace> => ({ runsDirectory: shared, ...common }), close: () => undefined };
  const places = new PartPlaces(join(hub.runsDirectory, '.parts'), hub.client, hub.cache);
  const onProblem = (problem: ThalwegError | null): void =>
    void (problem && hub.onNote(`${problem.message}; trying again`));
  return {
    async place({ checkpoints }, signal) {
      const { path, release } = await places.of(checkpoints, { signal, onProblem });
      try {
        const reader = openRun(path, checkpoints[0]!.run);
        const { specification } = reader.file();
        reader.close();
        await bringData(specification.data.name);
        return { runsDirectory: path, ...common, release };
      } catch (error) {
        release();
        throw error;
      }
    },
    close: () => places.close(),
  };
}

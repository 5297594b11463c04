import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import type { CheckpointPlace, LandscapeLayout, PartsComputer } from '../run/index.ts';
import { defaultRunsDirectory, FileDigests, openRun, resolveRunId } from '../store/index.ts';
import type { Io } from './io.ts';
import { given } from './options.ts';

/** Who computes the points of a landscape, and where its runs are. */
export interface ComputingOptions {
  readonly runs?: string;
  readonly workers?: number;
  readonly queue?: string;
  readonly priority?: number;
  readonly hub?: string;
  readonly token?: string;
}

/** What computes the points elsewhere than in this process; null: nobody else shall. */
export async function computerOf({ workers, queue: url, priority }: ComputingOptions): Promise<PartsComputer | null> {
  if (url !== undefined) {
    if (workers !== undefined) throw new ThalwegError('USAGE', 'landscape: expected --workers or --queue, got both');
    const { partsInQueue } = await import('../sweep/index.ts');
    return partsInQueue({ url, checkpoints: checkpointsOf, ...given({ priority }) });
  }
  if (workers === undefined || workers === 1) return null;
  const { partsHere } = await import('../run/index.ts');
  return partsHere(workers);
}

/** What workers look for, wherever they find it. */
async function checkpointsOf({ request: { runsDirectory }, checkpoints }: LandscapeLayout) {
  const digests = new FileDigests();
  const found = [];
  for (const { run, iteration } of checkpoints) {
    const reader = openRun(runsDirectory, run);
    const own = reader.checkpoints().find((checkpoint) => checkpoint.iteration === iteration);
    reader.close();
    if (!own)
      throw new ThalwegError('RUN_STATE', `run ${run}: expected its checkpoint of ${iteration}, got none any more`);
    found.push({ run, iteration, bytes: own.bytes, sha256: await digests.of(own.path) });
  }
  return found;
}

/** Runs that something is measured on, in a folder of this machine. */
export interface RunsAtHand {
  readonly runsDirectory: string;
  /** The run that a name means. Throws `RUN_NOT_FOUND`. */
  idOf(name: string): string;
  close(): void;
}

/**
 * Finds the runs, and brings them with their checkpoints where they are at a hub: all of them, or those of `at`. Rejects with
 * `RUN_NOT_FOUND`, `RUN_STATE` for an iteration without a checkpoint, and what the hub refuses with.
 */
export async function runsAtHand(
  places: readonly { readonly run: string; readonly at: CheckpointPlace['at'] | 'all' }[],
  { runs = defaultRunsDirectory(), hub, token }: ComputingOptions,
  io: Io,
): Promise<RunsAtHand> {
  if (hub === undefined)
    return { runsDirectory: runs, idOf: (name) => resolveRunId(runs, name), close: () => undefined };
  const [{ fetchPoints }, { hubCache, hubClient }] = await Promise.all([
    import('../sync/index.ts'),
    import('./hub-client.ts'),
  ]);
  const client = hubClient(hub, given({ token }), io);
  const runsDirectory = mkdtempSync(join(tmpdir(), 'thalweg-landscape-'));
  const close = (): void => rmSync(runsDirectory, { recursive: true, force: true });
  try {
    const checkpoints = [];
    for (const id of new Set(places.map(({ run }) => run))) {
      const { checkpoints: there } = await client.describeRun(id);
      const asked = places.filter(({ run }) => run === id).map(({ at }) => at);
      const isAsked = (iteration: number): boolean =>
        asked.includes('all') ||
        asked.includes(iteration) ||
        (asked.includes('last') && iteration === there.at(-1)?.iteration);
      checkpoints.push(...there.filter(({ iteration }) => isAsked(iteration)).map((own) => ({ run: id, ...own })));
    }
    await fetchPoints({ client, runsDirectory, checkpoints, cache: hubCache() });
    return { runsDirectory, idOf: (name) => name, close };
  } catch (error) {
    close();
    throw error;
  }
}

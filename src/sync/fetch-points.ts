import { renameSync, rmSync } from 'node:fs';
import type { HubCheckpoint } from '../contract/index.ts';
import { checkReplicaFile, makeStaging, ReplicaWriter, runDirectory, runFiles } from '../store/index.ts';
import type { FileCache } from './cache.ts';
import type { HubClient } from './client.ts';
import { fetchCheckpoint, fetchSideFile } from './fetch-run.ts';
import type { AskOptions } from './transport.ts';

/** Checkpoints of runs that something is to be computed from. */
export interface PointsRequest extends AskOptions {
  readonly client: HubClient;
  /** A folder of its own: it has nothing else of these runs. */
  readonly runsDirectory: string;
  readonly checkpoints: readonly (HubCheckpoint & { readonly run: string })[];
  /** Where files are kept for the next time. */
  readonly cache: FileCache;
}

/**
 * Brings checkpoints of runs from a hub, with what is needed to evaluate them: `run.json` and copies of networks and weights, no records.
 * A checkpoint that is in the cache is not asked for. Throws what the hub refuses with, `DATA_INVALID` for a checkpoint of another content,
 * `STORE_FAILED`.
 */
export async function fetchPoints({ runsDirectory, checkpoints, ...request }: PointsRequest): Promise<void> {
  for (const id of new Set(checkpoints.map(({ run }) => run))) {
    const own = checkpoints.filter(({ run }) => run === id);
    await fetchOne({ ...request, id }, runsDirectory, own);
  }
}

async function fetchOne(
  request: Omit<PointsRequest, 'runsDirectory' | 'checkpoints'> & { readonly id: string },
  runsDirectory: string,
  checkpoints: readonly HubCheckpoint[],
): Promise<void> {
  const { client, id } = request;
  const [text, { files }] = [await client.readFile(id, request), await client.describeRun(id, request)];
  checkReplicaFile(id, text);
  const staging = makeStaging(runsDirectory);
  try {
    const replica = new ReplicaWriter(staging);
    replica.writeFile(text);
    replica.close();
    for (const file of files) if (isInput(file.name)) await fetchSideFile(request, staging, file);
    for (const checkpoint of checkpoints) await fetchCheckpoint(request, staging, checkpoint);
    renameSync(staging, runDirectory(runsDirectory, id));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** What was computed from a run is not needed to compute more. */
const isInput = (name: string): boolean =>
  !name.startsWith(`${runFiles.measurements}/`) && !name.startsWith(`${runFiles.landscapes}/`);

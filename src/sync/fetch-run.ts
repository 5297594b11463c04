import { renameSync, rmSync } from 'node:fs';
import { ThalwegError } from '../base/index.ts';
import type { HubCheckpoint } from '../contract/index.ts';
import {
  checkReplicaFile,
  checkpointPath,
  FileDigests,
  makeStaging,
  receiveCheckpoint,
  ReplicaWriter,
  runDirectory,
  type HistoryPosition,
} from '../store/index.ts';
import type { FileCache } from './cache.ts';
import type { HubClient } from './client.ts';
import { removeLocal } from './local-copy.ts';
import type { AskOptions } from './transport.ts';

/** A run that is brought from a hub, by whoever holds it. */
export interface FetchRequest extends AskOptions {
  readonly client: HubClient;
  readonly runsDirectory: string;
  readonly id: string;
  readonly checkpoints: readonly HubCheckpoint[];
  readonly cache?: FileCache | undefined;
}

/**
 * Brings a run from the hub in place of what there may be of it here. The folder appears whole, or not at all.
 *
 * @throws what the hub refuses with, `RUN_INVALID` for a copy that cannot be read there, `STORE_FAILED`
 */
export async function fetchRun(request: FetchRequest): Promise<void> {
  const { client, runsDirectory, id } = request;
  const text = await client.readFile(id, request);
  checkReplicaFile(id, text);
  const staging = makeStaging(runsDirectory);
  try {
    const replica = new ReplicaWriter(staging);
    try {
      replica.writeFile(text);
      await fetchRecords(request, replica);
      await fetchLog(request, replica);
      for (const checkpoint of request.checkpoints) await fetchCheckpoint(request, staging, checkpoint);
      replica.settle();
    } finally {
      replica.close();
    }
    removeLocal(runsDirectory, id);
    renameSync(staging, runDirectory(runsDirectory, id));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function fetchRecords({ client, id, ...options }: FetchRequest, replica: ReplicaWriter): Promise<void> {
  for (let isLast = false; !isLast;) {
    const at: HistoryPosition = replica.position;
    const page = await client.readRecords(id, at, options);
    if (!replica.apply(page))
      throw new ThalwegError(
        'BATCH_INVALID',
        `run ${id}: expected records from ${at.seq} on, got those from ${page.from} on`,
      );
    ({ isLast } = page);
  }
}

async function fetchLog({ client, id, ...options }: FetchRequest, replica: ReplicaWriter): Promise<void> {
  for (;;) {
    const from = replica.position.log;
    const bytes = await client.readLog(id, from, options);
    if (bytes.length === 0) return;
    replica.appendLog(from, bytes);
  }
}

async function fetchCheckpoint(
  { client, id, cache, ...options }: FetchRequest,
  staging: string,
  checkpoint: HubCheckpoint,
): Promise<void> {
  const bring = (take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> =>
    client.readCheckpoint(id, checkpoint, take, options);
  if (cache) return cache.place(checkpoint, checkpointPath(staging, checkpoint.iteration), bring);
  const digests = new FileDigests();
  await bring((pieces) => receiveCheckpoint(staging, checkpoint, pieces, { digests }));
}

import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import type { HubCheckpoint, HubFile } from '../contract/index.ts';
import {
  checkReplicaFile,
  checkpointPath,
  FileDigests,
  makeFolder,
  makeStaging,
  receiveCheckpoint,
  receiveSideFile,
  ReplicaWriter,
  runDirectory,
  sideFilePath,
  type HistoryPosition,
} from '../store/index.ts';
import type { FileCache } from './cache.ts';
import type { HubClient } from './client.ts';
import { removeLocal } from './local-copy.ts';
import type { AskOptions } from './transport.ts';

/** Where a run is brought from, and what is kept of it for the next time. */
export interface FetchPlace extends AskOptions {
  readonly client: HubClient;
  readonly id: string;
  readonly cache?: FileCache | undefined;
}

/** A run that is brought from a hub, by whoever holds it. */
export interface FetchRequest extends FetchPlace {
  readonly runsDirectory: string;
  readonly checkpoints: readonly HubCheckpoint[];
  readonly files: readonly HubFile[];
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
      for (const file of request.files) await fetchSideFile(request, staging, file);
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

export async function fetchCheckpoint(
  { client, id, cache, ...options }: FetchPlace,
  staging: string,
  checkpoint: HubCheckpoint,
): Promise<void> {
  const bring = (take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> =>
    client.readCheckpoint(id, checkpoint, take, options);
  if (cache) return cache.place(checkpoint, checkpointPath(staging, checkpoint.iteration), bring);
  const digests = new FileDigests();
  await bring((pieces) => receiveCheckpoint(staging, checkpoint, pieces, { digests }));
}

/** Brings a file beside records and checkpoints into a folder. */
export async function fetchSideFile(
  { client, id, cache, ...options }: FetchPlace,
  directory: string,
  file: HubFile,
): Promise<void> {
  const bring = (take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> =>
    client.readSideFile(id, file, take, options);
  const path = sideFilePath(directory, file.name);
  makeFolder(dirname(path));
  if (cache) return cache.place(file, path, bring);
  const digests = new FileDigests();
  await bring((pieces) => receiveSideFile(directory, file, pieces, { digests }));
}

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { hostTensor } from '../../src/base/index.ts';
import { createServer, listen, type ServerOptions } from '../../src/server/index.ts';
import { packageVersion } from '../../src/run/index.ts';
import { contentDigest, FileDigests, type ContentDigest, type RunWriter } from '../../src/store/index.ts';
import { HubClient, takeRun, type HubClientOptions, type TakenRun, type TakeRequest } from '../../src/sync/index.ts';
import { record, temporaryFolder } from '../store/fixtures.ts';

/** A hub that listens on a free port of this machine. */
export interface TestHub {
  readonly runs: string;
  readonly address: string;
  /** Ends it; a second call does nothing. */
  close(): Promise<void>;
}

export async function startHub({
  runs = temporaryFolder(),
  port = 0,
  ...options
}: Partial<ServerOptions> & { readonly runs?: string; readonly port?: number } = {}): Promise<TestHub> {
  const server = createServer({ runsDirectory: runs, pageDirectory: join(runs, '.no-page'), hub: {}, ...options });
  const address = await listen(server, { host: '127.0.0.1', port });
  const close = async (): Promise<void> => void (await server.close());
  onTestFinished(close);
  return { runs, address, close };
}

export const clientOf = (address: string, options: Partial<HubClientOptions> = {}): HubClient =>
  new HubClient({ address, version: packageVersion(), patience: 5000, ...options });

/** Takes a run as a worker of this name does. */
export function take(
  client: HubClient,
  runs: string,
  worker = 'w1',
  more: Partial<TakeRequest> = {},
): Promise<TakenRun> {
  return takeRun({
    client,
    runsDirectory: runs,
    id: 'run-1',
    definition: 'd1',
    worker: { id: worker, host: 'here', pid: process.pid },
    ...more,
  });
}

/** The sender of a run that is not at the hub as a whole. */
export function senderOf(taken: TakenRun): Exclude<TakenRun, { work: 'none' }>['sender'] {
  if (taken.work === 'none') throw new Error('expected a run to be made, got one that is finished');
  return taken.sender;
}

/** Records as iterations `from` to `to` (excluded) of a training make them: the same for the same iteration. */
export function trainOn(writer: RunWriter, from: number, to: number): void {
  for (let iteration = from; iteration < to; iteration++) {
    const estimate = { standardError: iteration % 3 === 0 ? NaN : 1e-3, examples: 100 };
    writer.append([
      record('batch.loss', iteration, Math.sin(iteration) / 3),
      record('interpolation.loss', iteration, iteration % 7 === 0 ? NaN : 1 / (iteration + 1), { coordinate: 0.1 }),
      record('train.loss', iteration, iteration % 11 === 0 ? Infinity : 2 ** -60, estimate),
    ]);
  }
  writer.flush({ iteration: to, seconds: to / 10 });
}

/** The checkpoint of an iteration: other weights for each. */
export const checkpointOf = (writer: RunWriter, iteration: number): string =>
  writer.saveCheckpoint(
    iteration,
    { w: hostTensor('float32', [4], new Float32Array(4).fill(iteration)) },
    { iteration: String(iteration) },
  );

/** What a folder holds. */
export const digestOf = (runs: string, id = 'run-1'): Promise<ContentDigest> =>
  contentDigest(join(runs, id), new FileDigests());

import { cpus, freemem, hostname, loadavg } from 'node:os';
import type { Redis } from 'ioredis';
import { workerRecordSchema, type WorkerRecord } from '../../contract/index.ts';
import { prefix } from './names.ts';

/** Seconds for which the record of a worker that says no more stays, so that one sees when it said something last. */
const keptSeconds = 120;

const keyOf = (name: string): string => `${prefix}:worker:${name}`;

/** What does not change of a worker's record. */
export type WorkerIdentity = Pick<WorkerRecord, 'name' | 'host' | 'process' | 'thalweg' | 'concurrency' | 'began'>;

export function workerIdentity(name: string, thalweg: string, concurrency: number): WorkerIdentity {
  return { name, host: hostname(), process: process.pid, thalweg, concurrency, began: new Date().toISOString() };
}

/** Says that a worker lives, and what it has in hand. */
export async function saySign(
  client: Redis,
  identity: WorkerIdentity,
  state: Pick<WorkerRecord, 'runs' | 'leaving'>,
): Promise<void> {
  const record: WorkerRecord = {
    ...identity,
    ...state,
    cores: cpus().length,
    memory: freemem(),
    load: loadavg()[0]!,
    seen: new Date().toISOString(),
  };
  await client.set(keyOf(identity.name), JSON.stringify(record), 'EX', keptSeconds);
}

/** A worker that ends properly leaves no record. */
export async function forgetWorker(client: Redis, name: string): Promise<void> {
  await client.del(keyOf(name));
}

/** The workers that said something lately, by name. Records of another version's form are left out. */
export async function readWorkers(client: Redis): Promise<WorkerRecord[]> {
  const keys: string[] = [];
  for await (const part of client.scanStream({ match: keyOf('*'), count: 1000 })) keys.push(...(part as string[]));
  const texts = keys.length === 0 ? [] : await client.mget(keys);
  return texts
    .flatMap((text) => (text === null ? [] : [workerRecordSchema.safeParse(JSON.parse(text))]))
    .flatMap(({ data }) => (data ? [data] : []))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

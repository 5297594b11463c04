import { Redis } from 'ioredis';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { parseQueueAddress } from './address.ts';

/** Milliseconds between two attempts to reach a server that was lost. */
const longestWait = 5000;
const firstWait = 200;

/** An open connection to the server of a queue. Cuts are waited out: what is asked meanwhile is asked again afterwards. */
export interface QueueConnection {
  /** For BullMQ, which makes further ones like it where it has to wait for something. */
  readonly client: Redis;
  /** Address without name and password. */
  readonly shown: string;
  /** How often the server was lost: what it had not yet written to its disk may be gone since. */
  readonly cuts: number;
  /** Does what shall not wait for the server: rejects with `QUEUE_FAILED` where it is gone, or goes meanwhile. */
  whileThere<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/**
 * Connects to `redis://…`. Rejects with `USAGE` for an address that is none, and with `QUEUE_FAILED` where no server answers at
 * the start; `onNote` hears when the server is lost later, and when it is back.
 */
export async function connectQueue(url: string, onNote: (text: string) => void): Promise<QueueConnection> {
  const { shown, options } = parseQueueAddress(url);
  const state = { cuts: 0, isOpen: false, isLost: false, isClosed: false };
  const client = new Redis({
    ...options,
    lazyConnect: true,
    // BullMQ's commands wait for the server as long as it takes.
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => (state.isOpen ? Math.min(firstWait * 2 ** attempt, longestWait) : null),
  });
  let problem: unknown;
  client.on('error', (error) => (problem = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    client.disconnect();
    throw new ThalwegError(
      'QUEUE_FAILED',
      `queue ${shown}: expected a Redis or Valkey server, got ${causeOf(problem ?? error)}`,
      { cause: problem ?? error },
    );
  }
  state.isOpen = true;
  client.on('close', () => {
    if (state.isClosed || state.isLost) return;
    state.isLost = true;
    state.cuts++;
    onNote(`queue ${shown}: the server is gone; waiting for it`);
  });
  client.on('ready', () => {
    if (state.isLost) onNote(`queue ${shown}: the server is back`);
    state.isLost = false;
  });
  return {
    client,
    shown,
    get cuts() {
      return state.cuts;
    },
    async whileThere(work) {
      const gone = (): ThalwegError =>
        new ThalwegError('QUEUE_FAILED', `queue ${shown}: expected its server, got none for now`);
      if (state.isLost) throw gone();
      let lose!: () => void;
      const lost = new Promise<never>((_, reject) => (lose = () => reject(gone())));
      client.once('close', lose);
      try {
        return await Promise.race([work(), lost]);
      } finally {
        client.off('close', lose);
      }
    },
    close() {
      state.isClosed = true;
      client.disconnect();
    },
  };
}

/** `ECONNREFUSED`, or the first line of what the server said. */
function causeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : messageOf(error);
}

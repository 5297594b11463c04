import type { QueueManager } from '../sweep/index.ts';

/** Address of the server when nothing else is asked for. */
export const defaultPort = 4173;
export const defaultHost = '127.0.0.1';

/** The live pages while they are served. */
export interface Pages {
  /** `http://127.0.0.1:4173`. */
  readonly address: string;
  /** The address of a view of the page (`/runs/a`; empty: the first one) for somebody to open: with the token, where one is needed. */
  view(path: string): string;
  close(): Promise<void>;
}

export interface PagesOptions {
  readonly host: string;
  readonly port: number;
  readonly data?: string;
  /** What others have to show. */
  readonly token?: string;
  /** Whether workers on other machines may send runs. */
  readonly hub?: boolean;
  /** Address of a queue of runs that the page shows. */
  readonly queue?: string;
}

/**
 * Serves the pages of a runs folder. On an address that other machines reach, a token is asked for: that of the options,
 * `$THALWEG_TOKEN`, else a new one. Throws `PORT_IN_USE`, `SERVER_FAILED`, `QUEUE_FAILED`, and `USAGE` for a token that is too short or
 * an address that is none.
 */
export async function startPages(
  runsDirectory: string,
  { host, port, data, token, hub, queue: url }: PagesOptions,
): Promise<Pages> {
  const { accessFor, createServer, listen } = await import('../server/index.ts');
  const access = accessFor(host, token ?? (process.env['THALWEG_TOKEN'] || undefined));
  const queue = url === undefined ? null : await openQueue(url);
  const server = createServer({
    runsDirectory,
    access,
    ...(data !== undefined && { dataDirectory: data }),
    ...(hub === true && { hub: {} }),
    ...(queue && { queue }),
  });
  if (queue) server.addHook('onClose', () => queue.close());
  const address = (await listen(server, { host, port })).replace(/\/$/, '');
  return {
    address,
    view: (path) => `${address}${path}${access.token === null ? '' : `?token=${access.token}`}`,
    close: async () => void (await server.close()),
  };
}

/** Cuts show on the page, where nothing is answered meanwhile. */
async function openQueue(url: string): Promise<QueueManager> {
  const { openQueueManager } = await import('../sweep/index.ts');
  return openQueueManager(url, () => undefined);
}

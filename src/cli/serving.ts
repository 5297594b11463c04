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
}

/**
 * Serves the pages of a runs folder. On an address that other machines reach, a token is asked for: that of the options, `$THALWEG_TOKEN`, else a
 * new one. Throws `PORT_IN_USE`, `SERVER_FAILED`, and `USAGE` for a token that is too short.
 */
export async function startPages(
  runsDirectory: string,
  { host, port, data, token, hub }: PagesOptions,
): Promise<Pages> {
  const { accessFor, createServer, listen } = await import('../server/index.ts');
  const access = accessFor(host, token ?? (process.env['THALWEG_TOKEN'] || undefined));
  const server = createServer({
    runsDirectory,
    access,
    ...(data !== undefined && { dataDirectory: data }),
    ...(hub === true && { hub: {} }),
  });
  const address = (await listen(server, { host, port })).replace(/\/$/, '');
  return {
    address,
    view: (path) => `${address}${path}${access.token === null ? '' : `?token=${access.token}`}`,
    close: async () => void (await server.close()),
  };
}

/** Address of the server when nothing else is asked for. */
export const defaultPort = 4173;
export const defaultHost = '127.0.0.1';

/** The live pages while they are served. */
export interface Pages {
  /** `http://127.0.0.1:4173`. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves the pages of a runs folder. Throws `PORT_IN_USE` and `SERVER_FAILED`. */
export async function startPages(
  runsDirectory: string,
  { host, port, data }: { readonly host: string; readonly port: number; readonly data?: string },
): Promise<Pages> {
  const { createServer, listen } = await import('../server/index.ts');
  const server = createServer({ runsDirectory, ...(data !== undefined && { dataDirectory: data }) });
  const address = await listen(server, { host, port });
  return { address: address.replace(/\/$/, ''), close: async () => void (await server.close()) };
}

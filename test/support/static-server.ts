import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
};

/** What makes a page cross-origin isolated, so that it may share memory between threads. */
export const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export interface StaticServer {
  /** With a slash at its end. */
  readonly address: string;
  /** Paths that were asked for, in their order. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** Any file host: the files of folders, each under a path that begins and ends with a slash, with the same headers for all. */
export async function serveFiles(
  folders: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<StaticServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://host').pathname));
    asked.push(path);
    const file = fileAt(folders, path);
    if (file === null) return void response.writeHead(404).end();
    response.writeHead(200, {
      ...headers,
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': statSync(file).size,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/`,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The longest of the paths decides. */
function fileAt(folders: Readonly<Record<string, string>>, path: string): string | null {
  const place = Object.keys(folders)
    .filter((folder) => path.startsWith(folder))
    .sort((a, b) => b.length - a.length)[0];
  if (place === undefined) return null;
  const within = path.slice(place.length);
  const file = join(folders[place]!, within === '' || within.endsWith('/') ? `${within}index.html` : within);
  return existsSync(file) && statSync(file).isFile() ? file : null;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server of Debian's package `redis-server`, for a test. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, with SIGKILL; what it had not written is lost. */
  kill(): Promise<void>;
  /** Starts it again, on the same port, with what its append-only file has. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts `redis-server` on a free port of this machine, in a temporary folder, with an append-only file. */
export async function startRedis({ password }: { readonly password?: string } = {}): Promise<TestRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'thalweg-redis-'));
  const port = await freePort();
  const options = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory],
    ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
    ...(password === undefined ? [] : ['--requirepass', password]),
  ];
  let server = await begin(options);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  };
  return {
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    port,
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGKILL');
      server = await begin(options);
    },
    stop: async () => {
      await end('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves once it takes connections. */
async function begin(options: readonly string[]): Promise<ChildProcess> {
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/Ready to accept connections/.test(text)) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`redis-server: ended with ${code}: ${said.slice(-500)}`)));
  });
  return server;
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accessFor, createServer, listen } from '../../src/server/index.ts';
import type { QueueManager } from '../../src/sweep/index.ts';
import { startRun, temporaryRuns } from './served-run.ts';

const token = 'correct-horse-battery-staple';

/** A queue that no request of these tests may reach. */
const touched = (): Promise<never> => Promise.reject(new Error('a refused request reached the queue'));
const untouchedQueue: QueueManager = {
  ...{ status: touched, pause: touched, resume: touched, drain: touched, close: touched },
  ...{ cancel: touched, retry: touched, setPriority: touched },
};

/** A server with all its routes: also those of a hub and of a queue. */
function serve({ open = false, runs = temporaryRuns() } = {}): FastifyInstance {
  const page = join(runs, '.page');
  mkdirSync(page, { recursive: true });
  writeFileSync(join(page, 'index.html'), '<title>Thalweg</title>');
  const access = open ? { access: accessFor('0.0.0.0', token) } : {};
  const server = createServer({ runsDirectory: runs, pageDirectory: page, hub: {}, queue: untouchedQueue, ...access });
  onTestFinished(() => server.close());
  return server;
}

const codeOf = (response: { json(): unknown }) => (response.json() as { error: { code: string } }).error.code;
const bearer = { authorization: `Bearer ${token}` };

type Method = NonNullable<InjectOptions['method']>;

interface OpenApi {
  readonly paths: Record<string, Record<string, unknown>>;
}

/** Every operation of the interface, from its own description. */
async function operations(server: FastifyInstance): Promise<{ method: Method; path: string }[]> {
  const { paths } = (await server.inject('/api/openapi.json')).json<OpenApi>();
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase() as Method, path })),
  );
}

describe('a page whose name was pointed at this machine', () => {
  it.each(['evil.example', 'evil.example:4173', '127.0.0.1.evil.example', '0x7f000001', '10.0.0.1'])(
    'is refused as %s, reading or writing',
    async (host) => {
      const server = serve();
      for (const method of ['GET', 'POST'] as const) {
        const response = await server.inject({ method, url: '/api/runs', headers: { host } });
        expect([response.statusCode, codeOf(response)]).toEqual([403, 'HOST_REFUSED']);
      }
    },
  );

  it('is refused with the token too, unless the name is that of this machine', async () => {
    const server = serve({ open: true });
    const status = async (host: string): Promise<number> =>
      (await server.inject({ url: '/api/runs', headers: { host, ...bearer } })).statusCode;
    expect(await status('evil.example')).toBe(403);
    expect(await status(`${hostname()}:4173`)).toBe(200);
    expect(await status('192.168.1.7:4173')).toBe(200);
    expect(await status('[fe80::1]:4173')).toBe(200);
  });
});

describe('a page of another server', () => {
  it.each([
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:9999' },
    { origin: 'null' },
    { origin: 'not an origin' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('is refused every operation with %o', async (headers) => {
    const server = serve();
    for (const { method, path } of await operations(server)) {
      const response = await server.inject({
        method,
        url: path.replaceAll(/[{}]/g, ''),
        headers: { ...headers, host: 'localhost:4173' },
      });
      expect([path, response.statusCode, codeOf(response)]).toEqual([path, 403, 'ORIGIN_REFUSED']);
    }
  });

  it('may link to the page, and the page itself may ask', async () => {
    const server = serve();
    const link = { host: 'localhost:4173', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await server.inject({ url: '/runs/a', headers: link })).statusCode).toBe(200);
    expect((await server.inject({ url: '/api/runs', headers: link })).statusCode).toBe(403);
    const own = { host: 'localhost:4173', origin: 'http://localhost:4173', 'sec-fetch-site': 'same-origin' };
    expect((await server.inject({ url: '/api/runs', headers: own })).statusCode).toBe(200);
  });

  it('cannot send what a form can send', async () => {
    const server = serve();
    const writing = (await operations(server)).filter(({ method }) => method === 'POST' || method === 'PATCH');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      for (const { method, path } of writing) {
        const response = await server.inject({
          method,
          url: path.replaceAll(/[{}]/g, ''),
          headers: { 'content-type': type },
          payload: '{"a":1}',
        });
        expect([path, response.statusCode]).toEqual([path, 415]);
      }
    }
  });
});

describe('a name that would lead out of the runs folder', () => {
  const names = [
    '../../etc/passwd',
    '..\\..\\windows',
    '.trash',
    '/etc/passwd',
    'a/../../b',
    'a\0b',
    '%2e%2e',
    '<script>',
  ];

  it.each(names)('%j is refused by every operation that takes a name', async (name) => {
    const runs = temporaryRuns();
    startRun(runs);
    const server = serve({ runs });
    for (const { method, path } of await operations(server)) {
      if (!path.includes('{')) continue;
      const url = path.replaceAll(/\{\w+\}/g, encodeURIComponent(name));
      const response = await server.inject({ method, url, ...(method === 'GET' ? {} : { payload: {} }) });
      expect([path, response.statusCode >= 400 && response.statusCode < 500]).toEqual([path, true]);
      expect(response.body).not.toContain('root:');
    }
  });

  it.each(['..', '%2e%2e', '..%2f..'])(
    '%s is refused as it stands on the wire, where no browser has tidied it',
    async (name) => {
      const address = new URL(await listen(serve(), { host: '127.0.0.1', port: 0 }));
      for (const path of [`/api/runs/${name}`, `/api/runs/${name}/log`, `/api/runs/${name}/${name}/etc/passwd`]) {
        const status = await new Promise<number>((resolve, reject) => {
          request({ host: address.hostname, port: address.port, path }, (response) => {
            response.resume();
            resolve(response.statusCode!);
          })
            .on('error', reject)
            .end();
        });
        expect([path, status === 404 || status === 403]).toEqual([path, true]);
      }
    },
  );
});

describe('a server that other machines reach', () => {
  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer guess' }],
    ['a part of the token', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['more than the token', { authorization: `Bearer ${token}x` }],
    ['the token of another scheme', { authorization: `Basic ${token}` }],
    ['a guessed cookie', { cookie: 'thalweg-0=guess' }],
  ])('refuses %s, for pages, files and all operations', async (_, headers) => {
    const server = serve({ open: true });
    const description = await server.inject({ url: '/api/openapi.json', headers: bearer });
    const urls = ['/', '/runs/a', '/assets/x.js', '/api/docs/', '/?token=guess', '/api/runs?token=' + token];
    for (const url of [...urls, ...Object.keys(description.json<OpenApi>().paths)]) {
      const response = await server.inject({ url, headers });
      expect([url, response.statusCode]).toEqual([url, 401]);
    }
    const { paths } = description.json<OpenApi>();
    expect(Object.keys(paths)).toContain('/api/hub/runs/{id}/claim');
    for (const [url, methods] of Object.entries(paths))
      for (const method of Object.keys(methods).map((name) => name.toUpperCase() as Method)) {
        const response = await server.inject({ method, url, headers });
        expect([method, url, response.statusCode]).toEqual([method, url, 401]);
      }
  });

  it('takes the token as a header', async () => {
    expect((await serve({ open: true }).inject({ url: '/api/runs', headers: bearer })).statusCode).toBe(200);
  });

  it('takes it once in the address of the page, and keeps it in a cookie that scripts cannot read', async () => {
    const server = serve({ open: true });
    const response = await server.inject(`/runs/a?x=1&token=${token}`);
    expect([response.statusCode, response.headers.location]).toEqual([303, '/runs/a?x=1']);
    const [cookie] = response.cookies;
    expect(cookie).toMatchObject({ value: token, httpOnly: true, sameSite: 'Lax', path: '/' });
    const headers = { cookie: `${cookie!.name}=${cookie!.value}` };
    expect((await server.inject({ url: '/api/runs', headers })).statusCode).toBe(200);
  });

  it('does not answer without a token, whatever the request calls it', async () => {
    const server = serve();
    const address = await listen(server, { host: '0.0.0.0', port: 0 });
    const response = await fetch(`http://127.0.0.1:${new URL(address).port}/api/runs`);
    expect(response.status).toBe(403);
  });

  it.each(['short', 'with a space in the middle', 'with;semicolon-and-more'])(
    'refuses to take %j as its token',
    (given) => {
      expect(() => accessFor('0.0.0.0', given)).toThrow(/token: expected at least 16/);
    },
  );

  it('has a new token each time, and none where only this machine reaches it', () => {
    expect(accessFor('0.0.0.0').token).not.toBe(accessFor('0.0.0.0').token);
    expect(accessFor('0.0.0.0').token!.length).toBeGreaterThanOrEqual(43);
    for (const host of ['127.0.0.1', 'localhost', '::1']) expect(accessFor(host, token).token).toBeNull();
  });
});

describe('bodies', () => {
  it('that are too long are refused before they are read', async () => {
    const server = serve();
    const writing = (await operations(server)).filter(({ method }) => method === 'POST' || method === 'PATCH');
    for (const { method, path } of writing) {
      const response = await server.inject({
        method,
        url: path.replaceAll(/[{}]/g, ''),
        payload: { text: 'x'.repeat(1_100_000) },
      });
      expect([path, response.statusCode]).toEqual([path, 413]);
    }
  });
});

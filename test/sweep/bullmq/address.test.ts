import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseQueueAddress } from '../../../src/sweep/bullmq/address.ts';
import { connectQueue } from '../../../src/sweep/bullmq/connection.ts';
import { freePort, startRedis } from '../../support/redis.ts';
import { failureOf } from '../../workers/programs.ts';

const ignore = (): void => undefined;

describe('the address of a queue', () => {
  it.each([
    ['redis://localhost', 'redis://localhost:6379', { host: 'localhost', port: 6379, db: 0 }],
    ['redis://10.0.0.2:7000/3', 'redis://10.0.0.2:7000/3', { host: '10.0.0.2', port: 7000, db: 3 }],
    ['redis://:p%40ss@host', 'redis://host:6379', { host: 'host', port: 6379, db: 0, password: 'p@ss' }],
    [
      'rediss://me:secret@host/1',
      'rediss://host:6379/1',
      { host: 'host', port: 6379, db: 1, username: 'me', password: 'secret', tls: { servername: 'host' } },
    ],
    ['redis://[::1]:6380', 'redis://[::1]:6380', { host: '::1', port: 6380, db: 0 }],
  ])('%s is read, and shown without name and password', (text, shown, options) => {
    expect(parseQueueAddress(text)).toEqual({ shown, options });
  });

  it.each(['localhost:6379', 'http://localhost', 'redis://', 'redis://host/one', 'redis://host?x=1', ''])(
    '%j is refused',
    (text) => {
      expect(() => parseQueueAddress(text)).toThrow(/^--queue: expected redis:\/\/.*, got /);
    },
  );

  it('never repeats a password', () => {
    expect(() => parseQueueAddress('http://me:se@c/ret@host')).toThrow(/got "http:\/\/…@host"/);
  });
});

describe('connecting to a queue', () => {
  it('says in a line that nobody answers', async () => {
    const port = await freePort();
    expect(await failureOf(connectQueue(`redis://127.0.0.1:${port}`, ignore))).toMatchObject({
      code: 'QUEUE_FAILED',
      message: `queue redis://127.0.0.1:${port}: expected a Redis or Valkey server, got ECONNREFUSED`,
    });
  });

  it('says what a server answers that is none', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const error = {
      code: 'QUEUE_FAILED',
      message: expect.stringMatching(/expected a Redis or Valkey server, got /) as unknown,
    };
    expect(await failureOf(connectQueue(`redis://127.0.0.1:${port}`, ignore))).toMatchObject(error);
  });

  it('needs the password, where there is one', async () => {
    const redis = await startRedis({ password: 'correct-horse' });
    onTestFinished(() => redis.stop());
    (await connectQueue(redis.url, ignore)).close();
    const wrong = redis.url.replace('correct', 'wrong');
    expect(await failureOf(connectQueue(wrong, ignore))).toMatchObject({
      message: expect.stringMatching(/got WRONGPASS/) as unknown,
    });
    const none = redis.url.replace(/\/\/.*@/, '//');
    expect(await failureOf(connectQueue(none, ignore))).toMatchObject({
      message: expect.stringMatching(/got NOAUTH/) as unknown,
    });
  });
});

import type { RedisOptions } from 'ioredis';
import { ThalwegError } from '../../base/index.ts';

/** Where a Redis or Valkey server is, and how one gets in. */
export interface QueueAddress {
  /** `redis://host:6379/2`: without name and password, for messages. */
  readonly shown: string;
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'db' | 'username' | 'password' | 'tls'>;
}

const form = 'redis://[[user]:password@]host[:port][/database], or rediss:// for TLS';

/**
 * Reads the address of a queue: `redis://host:6379`, `rediss://user:password@host/2`. Throws `USAGE` for what is none; a password
 * is never repeated.
 */
export function parseQueueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const database = /^\/?$/.test(url?.pathname ?? '')
    ? 0
    : Number(/^\/(\d{1,4})$/.exec(url?.pathname ?? '')?.[1] ?? NaN);
  const isRedis = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  if (!url || !isRedis || url.hostname === '' || Number.isNaN(database) || url.search !== '' || url.hash !== '')
    throw new ThalwegError('USAGE', `--queue: expected ${form}, got ${JSON.stringify(withoutPassword(text))}`);
  const { host, port } = { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || 6379) };
  return {
    shown: `${url.protocol}//${url.hostname}:${port}${database === 0 ? '' : `/${database}`}`,
    options: {
      host,
      port,
      db: database,
      ...(url.username && { username: decodeURIComponent(url.username) }),
      ...(url.password && { password: decodeURIComponent(url.password) }),
      ...(url.protocol === 'rediss:' && { tls: { servername: host } }),
    },
  };
}

const withoutPassword = (text: string): string => text.replace(/^([a-z]+:\/\/)?.*@/i, '$1…@');

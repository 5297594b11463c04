import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { hostname } from 'node:os';
import { ThalwegError } from '../base/index.ts';

const shortestToken = 16;

/** Who may ask a server. */
export interface Access {
  /** What a request has to show; null for a server that only this machine reaches. */
  readonly token: string | null;
  /** Names, beside loopback's and plain addresses, by which others may call this machine. Lower case. */
  readonly hosts: readonly string[];
  /** Whether `given` is the token; takes the same time whatever was given. */
  admits(given: string | null | undefined): boolean;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Access for this machine only. */
export const localAccess: Access = { token: null, hosts: [], admits: () => false };

/**
 * Access for a server that listens on `host`: this machine only for a loopback address, else whoever shows the token.
 *
 * @param given the token; default: 32 random bytes
 * @throws `USAGE` for a token shorter than 16 characters or with characters that a cookie cannot carry
 */
export function accessFor(host: string, given?: string): Access {
  if (isLoopback(host)) return localAccess;
  if (given !== undefined && !(given.length >= shortestToken && /^[\w.~-]+$/.test(given)))
    throw new ThalwegError(
      'USAGE',
      `token: expected at least ${shortestToken} letters, digits, "-", ".", "_" or "~", got ${given.length} characters`,
    );
  const token = given ?? randomBytes(32).toString('base64url');
  const known = digest(token);
  return {
    token,
    hosts: [...new Set([host, hostname()].map((name) => name.toLowerCase()))],
    admits: (text) => timingSafeEqual(known, digest(text ?? '')),
  };
}

/** Whether a name or address means this machine alone. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

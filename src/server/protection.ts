import { isIPv4 } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ThalwegError } from '../base/index.ts';

/** Everything comes from this server; uPlot and Svelte set styles through the object model, which needs no exception. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every reply, event streams included. */
export const protectiveHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Guards all routes: protective headers, and, while the server is bound to this machine only, no answer to a request
 * whose `Host` is another name (a foreign page that has its own name resolved to 127.0.0.1).
 */
export function protect(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply: FastifyReply) => {
    reply.headers(protectiveHeaders);
    const loopbackOnly = server.addresses().every((bound) => typeof bound === 'string' || isLoopback(bound.address));
    if (loopbackOnly && !isLoopback(request.hostname)) {
      throw new ThalwegError(
        'HOST_REFUSED',
        `host: expected localhost or a loopback address, got ${JSON.stringify(request.hostname)}`,
      );
    }
  });
}

function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

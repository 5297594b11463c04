import { isIP } from 'node:net';
import cookies from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ThalwegError } from '../base/index.ts';
import { isLoopback, type Access } from './access.ts';

/** Everything comes from this server; uPlot and Svelte set styles through the object model, which needs no exception. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Pictures that the page itself draws and saves are blobs.
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The policy of the page that describes the interface: its icons are data addresses. */
export const documentationPolicy = contentSecurityPolicy.replace('blob:', 'data:');

/** Headers of every reply, event streams included. */
export const protectiveHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Guards all routes. A request is answered only when it names this machine (a foreign page may have its own name resolved
 * to our address), comes from no other page, and, where others can reach the server, shows the token: as
 * `Authorization: Bearer`, as the cookie that the page was given, or once as `?token=` in the address of the page.
 */
export function protect(server: FastifyInstance, access: Access): void {
  // A form of a foreign page can send text without asking first: only JSON is read.
  server.removeContentTypeParser('text/plain');
  void server.register(cookies);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(protectiveHeaders);
    requireReach(server, access);
    requireHost(request, access);
    requireOrigin(request);
  });
  // Registered after the cookies' own hook, which reads them.
  server.after(() => {
    server.addHook('onRequest', async (request, reply) => requireToken(request, reply, access));
  });
}

/** Without a token the server answers this machine only, whatever it was bound to. */
function requireReach(server: FastifyInstance, { token }: Access): void {
  const isOpen = server.addresses().some((bound) => typeof bound !== 'string' && !isLoopback(bound.address));
  if (isOpen && token === null)
    throw new ThalwegError('HOST_REFUSED', 'host: expected a token for a server that other machines reach, got none');
}

function requireHost({ hostname }: FastifyRequest, { token, hosts }: Access): void {
  if (isLoopback(hostname)) return;
  const name = hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  // A number cannot be pointed elsewhere by whoever owns a name.
  if (token !== null && (isIP(name) !== 0 || hosts.includes(name))) return;
  const expected = token === null ? 'localhost or a loopback address' : `an address or one of ${hosts.join(', ')}`;
  throw new ThalwegError('HOST_REFUSED', `host: expected ${expected}, got ${JSON.stringify(hostname)}`);
}

/** Pages of other servers may link here; they may not read or change anything. */
function requireOrigin({ headers, host, method, url }: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && !isSame(origin, host)) {
    throw new ThalwegError('ORIGIN_REFUSED', `origin: expected ${host}, got ${JSON.stringify(origin)}`);
  }
  const isLink = method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && !url.startsWith('/api/');
  if (typeof site === 'string' && !['same-origin', 'none'].includes(site) && !isLink) {
    throw new ThalwegError('ORIGIN_REFUSED', `origin: expected a request of this page, got one that is ${site}`);
  }
}

function isSame(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}

/** Cookies know no port: each server has one of its own. */
const cookieName = (request: FastifyRequest): string => `thalweg-${request.socket.localPort ?? 0}`;

async function requireToken(request: FastifyRequest, reply: FastifyReply, access: Access): Promise<void> {
  if (access.token === null) return;
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (access.admits(bearer) || access.admits(request.cookies[cookieName(request)])) return;
  const address = new URL(request.url, 'http://page');
  const isPage = request.method === 'GET' && !address.pathname.startsWith('/api/');
  const given = address.searchParams.get('token');
  if (isPage && access.admits(given)) {
    address.searchParams.delete('token');
    reply.setCookie(cookieName(request), given!, { path: '/', httpOnly: true, sameSite: 'lax' });
    // The token leaves the address, and with it the history and whatever is copied from there.
    await reply.header('cache-control', 'no-store').redirect(address.pathname + address.search, 303);
    return;
  }
  throw new ThalwegError(
    'TOKEN_REFUSED',
    `token: expected the one that the server was started with, got ${(bearer ?? given) ? 'another' : 'none'}`,
  );
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ThalwegError } from '../base/index.ts';
import { answerNothing } from './errors.ts';

/** Where `npm run build` leaves the page: beside the built server; sources are two folders away from it. */
export function builtPageDirectory(): string {
  const fromSources = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(fromSources ? '../../dist/web/' : '../web/', import.meta.url));
}

const year = 365 * 24 * 3600;

/**
 * Serves the page. Files whose names carry a hash are kept for a year; every address of a view gets the same document.
 * Without a built page the addresses answer with `SERVER_FAILED`, and the interface under /api works all the same.
 */
export async function servePage(server: FastifyInstance, directory: string): Promise<void> {
  if (!existsSync(`${directory}/index.html`)) {
    server.get('/', () => {
      throw new ThalwegError(
        'SERVER_FAILED',
        `page: expected a built page in ${directory}, got none (npm run build makes it)`,
      );
    });
    server.setNotFoundHandler((request, reply) => answerNothing(reply, request.url));
    return;
  }
  await server.register(fastifyStatic, {
    root: directory,
    cacheControl: false,
    preCompressed: true,
    setHeaders: (response, path) => {
      const hashed = /[\\/]assets[\\/]/.test(path);
      response.setHeader('cache-control', hashed ? `public, max-age=${year}, immutable` : 'no-cache');
    },
  });
  server.setNotFoundHandler((request, reply) => {
    if (request.method !== 'GET') return answerNothing(reply, request.url);
    const path = request.url.split('?')[0]!;
    if (viewAddress.test(path)) return reply.sendFile('index.html');
    // An address that nobody made up by hand gets the page too, which says that there is nothing.
    if (/^\/(api|assets)(\/|$)/.test(path) || /\.\w+$/.test(path)) return answerNothing(reply, request.url);
    return reply.status(404).sendFile('index.html');
  });
}

/** Addresses of the page's views (web/src/lib/routes.ts). A run's name may end like a file's, so they are told by their start. */
const viewAddress =
  /^\/(runs\/[^/]+(\/[a-z-]+)?|sweeps(\/[^/]+)?|queue|compare|new|trash|studies(\/[a-z]+)?|theory(\/[a-z-]+)?)\/?$/i;

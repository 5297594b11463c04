import type { FastifyReply } from 'fastify';

/** Aborts when whoever waits for the reply has gone. */
export function untilClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

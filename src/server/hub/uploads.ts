import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { ThalwegError } from '../../base/index.ts';
import {
  hubCheckpointParametersSchema,
  hubCheckpointQuerySchema,
  hubFileQuerySchema,
  hubSessionSchema,
  okSchema,
  runParametersSchema,
} from '../../contract/index.ts';
import type { RunCopies } from './run-copies.ts';

const tags = ['hub'];
const bytes = 'application/octet-stream';
const ok = { ok: true } as const;

/** A connection that carries nothing for so long is given up, milliseconds: until then the run waits for it. */
const stalled = 30_000;

/** The largest file that is taken. */
const largest = 16 * 2 ** 30;

/** Checkpoints and other files, which are written as they arrive. */
export function uploadRoutes(server: FastifyInstance, { copies }: { readonly copies: RunCopies }): void {
  server.addContentTypeParser(bytes, (_, payload, done) => done(null, payload));
  const api = server.withTypeProvider<ZodTypeProvider>();

  api.put(
    '/api/hub/runs/:id/checkpoints/:iteration',
    {
      schema: {
        tags,
        summary: 'Send a checkpoint',
        params: hubCheckpointParametersSchema,
        querystring: hubCheckpointQuerySchema,
        consumes: [bytes],
        response: { 200: okSchema },
      },
    },
    async ({ raw, params: { id, iteration }, query: { session, bytes: size, sha256 } }) =>
      received(raw, `checkpoint ${iteration}`, size, () =>
        copies.with(id, (copy, alive) => copy.checkpoint(session, { iteration, bytes: size, sha256 }, raw, alive)),
      ),
  );

  api.put(
    '/api/hub/runs/:id/files',
    {
      schema: {
        tags,
        summary: 'Send a file beside records and checkpoints: the copy of a network, a measurement, a landscape',
        params: runParametersSchema,
        querystring: hubFileQuerySchema,
        consumes: [bytes],
        response: { 200: okSchema },
      },
    },
    async ({ raw, params: { id }, query: { session, name, bytes: size, sha256 } }) =>
      received(raw, `file ${name}`, size, () =>
        copies.with(id, (copy, alive) => copy.sideFile(session, { name, bytes: size, sha256 }, raw, alive)),
      ),
  );

  api.delete(
    '/api/hub/runs/:id/checkpoints/:iteration',
    {
      schema: {
        tags,
        summary: 'Remove a checkpoint that its worker does not have any more',
        params: hubCheckpointParametersSchema,
        querystring: hubSessionSchema,
        response: { 200: okSchema },
      },
    },
    async ({ params: { id, iteration }, query: { session } }) => {
      await copies.with(id, (copy) => copy.removeCheckpoint(session, iteration));
      return ok;
    },
  );
}

/** Takes a file that is under way. */
async function received(raw: IncomingMessage, subject: string, size: number, take: () => Promise<void>) {
  raw.setTimeout(stalled, () => raw.destroy());
  try {
    if (size > largest)
      throw new ThalwegError('BATCH_INVALID', `${subject}: expected at most ${largest} bytes, got ${size}`);
    await take();
  } finally {
    await drain(raw);
  }
  return ok;
}

/** Reads what nobody wants: a client that is still sending does not hear an answer that ends its connection. */
async function drain(raw: IncomingMessage): Promise<void> {
  if (raw.complete || raw.destroyed) return;
  raw.resume();
  await Promise.race([once(raw, 'end'), once(raw, 'close')]).catch(() => undefined);
}

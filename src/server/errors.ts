import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { ErrorCode } from '../base/index.ts';
import type { ErrorBody } from '../contract/index.ts';

const body = (code: ErrorCode, message: string): ErrorBody => ({ error: { code, message } });

/** Answers every error with its registered code, one-line message and HTTP status; defects are logged, not shown. */
export function answerErrors(server: FastifyInstance): void {
  server.setErrorHandler((error: FastifyError | ThalwegError, request, reply) => {
    if (error instanceof ThalwegError) return reply.status(error.status).send(body(error.code, messageOf(error)));
    if (hasZodFastifySchemaValidationErrors(error)) {
      const [{ instancePath, message }] = error.validation as [(typeof error.validation)[number]];
      const subject = instancePath.replace(/^\//, '').replaceAll('/', '.') || 'request';
      return reply.status(400).send(body('USAGE', `${subject}: ${message}`));
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.status(status).send(body('USAGE', messageOf(error)));
    request.log.error(error);
    return reply.status(500).send(body('INTERNAL', `internal: ${request.method} ${request.url}: ${messageOf(error)}`));
  });
}

/** The answer to an address that names nothing. */
export const answerNothing = (reply: FastifyReply, address: string): FastifyReply =>
  reply.status(404).send(body('ROUTE_UNKNOWN', `${address}: there is nothing at this address`));

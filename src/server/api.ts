import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
} from 'fastify';
import type { RawServerDefault } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';

/** A server whose routes declare what they take and give with the schemas of src/contract/api. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/**
 * Checks requests by the schemas of their routes. Replies are typed by theirs when they are compiled and are not checked
 * again when they are sent: a long series is not worth a second reading.
 */
export function typed(server: FastifyInstance): Api {
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  return server.withTypeProvider<ZodTypeProvider>();
}

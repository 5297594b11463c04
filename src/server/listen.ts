import type { FastifyInstance } from 'fastify';
import { messageOf, ThalwegError } from '../base/index.ts';

/**
 * Starts to answer. Returns the address, e.g. `http://127.0.0.1:4173`; port 0 takes a free one. Throws `PORT_IN_USE`, and
 * `SERVER_FAILED` for anything else.
 */
export async function listen(server: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new ThalwegError(
        'PORT_IN_USE',
        `port ${port}: expected a free port on ${host}, got one that another program uses`,
        { cause },
      );
    }
    throw new ThalwegError('SERVER_FAILED', `server: could not listen on ${host}:${port}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

import type { FastifyReply } from 'fastify';
import { protectiveHeaders } from '../protection.ts';

const heartbeat = 15_000;

/** One listener's stream of server-sent events. */
export class EventStream {
  readonly #reply: FastifyReply;
  readonly #timer: NodeJS.Timeout;

  constructor(reply: FastifyReply, onEnd: () => void) {
    this.#reply = reply;
    reply.hijack();
    reply.raw.writeHead(200, {
      ...protectiveHeaders,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    reply.raw.write('retry: 1000\n\n');
    this.#timer = setInterval(() => reply.raw.write(': still here\n\n'), heartbeat);
    reply.raw.on('close', () => {
      clearInterval(this.#timer);
      onEnd();
    });
    // A listener that vanishes is no failure; 'close' follows.
    reply.raw.on('error', () => undefined);
  }

  /** Sends one event; `id` is what the listener names when it comes back. */
  send(data: unknown, id?: number): void {
    const position = id === undefined ? '' : `id: ${id}\n`;
    this.#reply.raw.write(`${position}data: ${JSON.stringify(data)}\n\n`);
  }

  /** Whether the listener is slower than what was sent to it. */
  get isFull(): boolean {
    return this.#reply.raw.writableNeedDrain;
  }

  end(): void {
    this.#reply.raw.end();
  }
}

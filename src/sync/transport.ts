import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import { errorRegistry, messageOf, ThalwegError, type ErrorCode } from '../base/index.ts';
import { errorBodySchema } from '../contract/index.ts';
import { Backoff } from './backoff.ts';

/** Where a hub is. */
export interface HubAddress {
  /** `http://host:4173`. */
  readonly address: string;
  /** What the hub was started with; absent where only this machine reaches it. */
  readonly token?: string;
  /** Seed of the waits between attempts (default 0): give each worker its own. */
  readonly seed?: number;
  /** Milliseconds in which an answer must come; an upload or download has longer, by its size. Default: 30,000. */
  readonly patience?: number;
}

/** One request. `body` is made anew for each attempt. */
export interface HubRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly type?: 'application/json' | 'application/octet-stream';
  readonly body?: () => NonNullable<RequestInit['body']>;
  /** Bytes that travel, where they are many. */
  readonly bytes?: number;
  /** Milliseconds that the hub may be at work before it answers, beyond {@link HubAddress.patience}; default 0. */
  readonly work?: number;
}

/** How long to go on, and who hears of failures. */
export interface AskOptions {
  /** Gives up: rejects with `INTERRUPTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Hears why an attempt failed that is made again, and null when one succeeds. */
  readonly onProblem?: ((problem: ThalwegError | null) => void) | undefined;
}

/** Bytes that the slowest connection carries in a millisecond. */
const slowest = 200;

/**
 * Asks a hub until it answers: a connection that fails, an answer that does not come, and a hub that says it is in trouble
 * (5xx; a full disk is 507) are tried again without end, after waits that grow. What the hub refuses (4xx) is an error at once.
 */
export class HubTransport {
  readonly address: string;
  readonly #token: string | undefined;
  readonly #patience: number;
  readonly #seed: number;
  #requests = 0;

  /** Throws `USAGE` for what is no address. */
  constructor({ address, token, seed = 0, patience = 30_000 }: HubAddress) {
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
      throw new ThalwegError(
        'USAGE',
        `hub: expected an address such as http://host:4173, got ${JSON.stringify(address)}`,
      );
    this.address = address.replace(/\/+$/, '');
    this.#token = token;
    this.#seed = seed;
    this.#patience = patience;
  }

  /** The answer, read by `read`, which belongs to the attempt. Throws what the hub refuses with, `HUB_FAILED` for an answer of something else. */
  async ask<T>(request: HubRequest, read: (response: Response) => Promise<T>, options: AskOptions = {}): Promise<T> {
    const backoff = new Backoff(this.#seed, this.#requests++);
    for (;;) {
      try {
        const result = await this.#attempt(request, read, options.signal);
        options.onProblem?.(null);
        return result;
      } catch (error) {
        if (options.signal?.aborted) throw interrupted(this.address);
        if (!(error instanceof Trouble)) throw error;
        options.onProblem?.(error.problem);
        await wait(backoff.next(), undefined, { ...(options.signal && { signal: options.signal }) }).catch(() => {
          throw interrupted(this.address);
        });
      }
    }
  }

  /** The answer as JSON of a schema. */
  json<Schema extends z.ZodType>(request: HubRequest, schema: Schema, options?: AskOptions): Promise<z.infer<Schema>> {
    const read = async (response: Response): Promise<z.infer<Schema>> => {
      const result = schema.safeParse(await response.json().catch(() => undefined));
      if (result.success) return result.data;
      throw this.#strange(`${request.path}: ${result.error.issues[0]!.message}`);
    };
    return this.ask(request, read, options);
  }

  /** The answer as bytes. */
  bytes(request: HubRequest, options?: AskOptions): Promise<Uint8Array> {
    return this.ask(request, async (response) => new Uint8Array(await response.arrayBuffer()), options);
  }

  async #attempt<T>(
    { method, path, query, type, body, bytes = 0, work = 0 }: HubRequest,
    read: (response: Response) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const url = new URL(`${this.address}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
    const late = AbortSignal.timeout(this.#patience + work + Math.ceil(bytes / slowest));
    try {
      const response = await fetch(url, {
        method,
        signal: signal ? AbortSignal.any([signal, late]) : late,
        headers: {
          ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
          ...(type && { 'content-type': type }),
        },
        ...(body && { body: body(), duplex: 'half' }),
      });
      if (!response.ok) throw await this.#refusal(response);
      return await read(response);
    } catch (error) {
      if (error instanceof Trouble || error instanceof ThalwegError) throw error;
      throw new Trouble(this.#unreachable(error));
    }
  }

  /** What an answer other than 2xx means: a refusal, or trouble that may pass. */
  async #refusal(response: Response): Promise<Error> {
    const parsed = errorBodySchema.safeParse(await response.json().catch(() => undefined));
    const { status } = response;
    if (!parsed.success)
      return status >= 500 ? new Trouble(this.#strange(`HTTP ${status}`)) : this.#strange(`HTTP ${status}`);
    const { code, message } = parsed.data.error;
    if (code === 'ROUTE_UNKNOWN') return this.#strange('a server without --hub');
    const problem = new ThalwegError(Object.hasOwn(errorRegistry, code) ? (code as ErrorCode) : 'HUB_FAILED', message);
    return status >= 500 || status === 429 ? new Trouble(problem) : problem;
  }

  #unreachable(error: unknown): ThalwegError {
    // The message of a failed fetch is only "fetch failed"; its cause has the reason.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const reason = messageOf(cause) || messageOf(error);
    return new ThalwegError('HUB_FAILED', `hub ${this.address}: could not be reached: ${reason}`, { cause: error });
  }

  #strange(got: string): ThalwegError {
    return new ThalwegError(
      'HUB_FAILED',
      `hub ${this.address}: expected an answer of "thalweg serve --hub", got ${got}`,
    );
  }
}

/** A failure that may pass. */
class Trouble extends Error {
  readonly problem: ThalwegError;

  constructor(problem: ThalwegError) {
    super(problem.message);
    this.problem = problem;
  }
}

const interrupted = (address: string): ThalwegError =>
  new ThalwegError('INTERRUPTED', `hub ${address}: stopped before it answered`);

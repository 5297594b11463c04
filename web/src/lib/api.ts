import type { ErrorBody } from '../../../src/contract/index.ts';

/** What the server refused, or that it could not be reached; `message` is one line to show. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Asks the server. `path` begins with `/`, under /api. Throws {@link ApiError}, or the signal's reason. */
export async function ask(path: string, { method = 'GET', body, signal }: RequestOptions = {}): Promise<Response> {
  const response = await fetch(`/api${path}`, {
    method,
    ...(signal && { signal }),
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError('UNREACHABLE', 0, 'the server does not answer');
  });
  if (response.ok) return response;
  const { error } = await (response.json() as Promise<ErrorBody>).catch(() => ({ error: null }));
  throw new ApiError(
    error?.code ?? 'INTERNAL',
    response.status,
    error?.message ?? `the server answered ${response.status}`,
  );
}

/** The answer's JSON, of the type that the route's schema in src/contract/api says. */
export const askJson = async <T>(path: string, options?: RequestOptions): Promise<T> =>
  (await (await ask(path, options)).json()) as T;

import { Readable } from 'node:stream';
import { ThalwegError } from '../base/index.ts';
import {
  claimSchema,
  finishedSchema,
  hubDataSchema,
  hubRunSchema,
  hubSchema,
  okSchema,
  receivedSchema,
  type Claim,
  type ClaimBody,
  type FinishBody,
  type HubCheckpoint,
  type HubData,
  type HubDescription,
  type HubFile,
  type HubPosition,
  type HubRun,
} from '../contract/index.ts';
import type { HistoryPage, HistoryPosition } from '../store/index.ts';
import { decodePage, encodePage } from './batch.ts';
import { HubTransport, type AskOptions, type HubAddress, type HubRequest } from './transport.ts';

export interface HubClientOptions extends HubAddress {
  /** Of this Thalweg: the hub must have the same. */
  readonly version: string;
}

/** A run as one session of a worker sees it. */
export interface SessionKey {
  readonly id: string;
  readonly session: number;
}

const bytesOf = 'application/octet-stream';

/** What a hub is asked, each with as many attempts as it takes ({@link HubTransport}). */
export class HubClient {
  readonly version: string;
  readonly #transport: HubTransport;

  /** Throws `USAGE` for what is no address. */
  constructor({ version, ...address }: HubClientOptions) {
    this.version = version;
    this.#transport = new HubTransport(address);
  }

  get address(): string {
    return this.#transport.address;
  }

  /** Whether a hub of this version answers with this token. Throws `VERSION_REFUSED`, `TOKEN_REFUSED`, `HUB_FAILED` for another server. */
  async describe(options?: AskOptions): Promise<HubDescription> {
    const hub = await this.#transport.json({ method: 'GET', path: '/api/hub' }, hubSchema, options);
    if (hub.version === this.version) return hub;
    throw new ThalwegError(
      'VERSION_REFUSED',
      `hub ${this.address}: expected Thalweg ${this.version} as here, got ${hub.version}`,
    );
  }

  claim(id: string, body: Omit<ClaimBody, 'version'>, options?: AskOptions): Promise<Claim> {
    const request = jsonRequest('POST', `${pathOf(id)}/claim`, { ...body, version: this.version });
    // A hub that was restarted reads through the checkpoints that it has.
    return this.#transport.json({ ...request, work: 120_000 }, claimSchema, options);
  }

  /** Sends `run.json`. */
  sendFile({ id, session }: SessionKey, text: string, options?: AskOptions): Promise<HubPosition> {
    return this.#send({ method: 'PUT', path: `${pathOf(id)}/file`, query: { session }, ...raw(text) }, options);
  }

  sendRecords({ id, session }: SessionKey, page: HistoryPage, options?: AskOptions): Promise<HubPosition> {
    const bytes = encodePage(page);
    return this.#send({ method: 'POST', path: `${pathOf(id)}/records`, query: { session }, ...raw(bytes) }, options);
  }

  sendLog({ id, session }: SessionKey, from: number, bytes: Uint8Array, options?: AskOptions): Promise<HubPosition> {
    const query = { session, from };
    return this.#send({ method: 'POST', path: `${pathOf(id)}/log`, query, ...raw(bytes) }, options);
  }

  /** A sign of life. */
  alive({ id, session }: SessionKey, options?: AskOptions): Promise<HubPosition> {
    return this.#send({ method: 'POST', path: `${pathOf(id)}/alive`, query: { session } }, options);
  }

  /** Sends what `read` gives, anew at each attempt. Throws `CHECKPOINT_INVALID` where other bytes arrive than announced. */
  async sendCheckpoint(
    { id, session }: SessionKey,
    { iteration, bytes, sha256 }: HubCheckpoint,
    read: () => Readable,
    options?: AskOptions,
  ): Promise<void> {
    await this.#transport.json(
      {
        method: 'PUT',
        path: `${pathOf(id)}/checkpoints/${iteration}`,
        query: { session, bytes, sha256 },
        type: bytesOf,
        body: () => Readable.toWeb(read()) as ReadableStream<Uint8Array>,
        bytes,
      },
      okSchema,
      options,
    );
  }

  /** Sends a file beside records and checkpoints. Throws `RUN_INVALID` where other bytes arrive than announced. */
  async sendSideFile(
    { id, session }: SessionKey,
    { name, bytes, sha256 }: HubFile,
    read: () => Readable,
    options?: AskOptions,
  ): Promise<void> {
    const query = { session, name, bytes, sha256 };
    const body = (): ReadableStream<Uint8Array> => Readable.toWeb(read()) as ReadableStream<Uint8Array>;
    const request = { method: 'PUT', path: `${pathOf(id)}/files`, query, type: bytesOf, body, bytes } as const;
    await this.#transport.json(request, okSchema, options);
  }

  async removeCheckpoint({ id, session }: SessionKey, iteration: number, options?: AskOptions): Promise<void> {
    const path = `${pathOf(id)}/checkpoints/${iteration}`;
    await this.#transport.json({ method: 'DELETE', path, query: { session } }, okSchema, options);
  }

  /** Says that all was sent. Throws `COPY_DIFFERS` where the hub has something else than `digest`. */
  async finish({ id, session }: SessionKey, body: FinishBody, options?: AskOptions): Promise<void> {
    const request = jsonRequest('POST', `${pathOf(id)}/finish`, body);
    await this.#transport.json({ ...request, query: { session }, work: 300_000 }, finishedSchema, options);
  }

  /** Says that nobody writes the run for now. */
  async release({ id, session }: SessionKey, options?: AskOptions): Promise<void> {
    await this.#transport.json(
      { method: 'POST', path: `${pathOf(id)}/release`, query: { session } },
      okSchema,
      options,
    );
  }

  /** What the hub has of a run. Throws `RUN_NOT_FOUND`. */
  describeRun(id: string, options?: AskOptions): Promise<HubRun> {
    return this.#transport.json({ method: 'GET', path: pathOf(id), work: 120_000 }, hubRunSchema, options);
  }

  /** Gives the bytes of a file beside records and checkpoints to `take`, from the beginning at each attempt. */
  readSideFile(
    id: string,
    { name, bytes }: HubFile,
    take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
    options?: AskOptions,
  ): Promise<void> {
    return this.#stream({ method: 'GET', path: `${pathOf(id)}/files`, query: { name }, bytes }, take, options);
  }

  async readFile(id: string, options?: AskOptions): Promise<string> {
    const bytes = await this.#transport.bytes({ method: 'GET', path: `${pathOf(id)}/file` }, options);
    return Buffer.from(bytes).toString('utf8');
  }

  async readRecords(id: string, { seq, clock }: HistoryPosition, options?: AskOptions): Promise<HistoryPage> {
    const path = `${pathOf(id)}/records`;
    return decodePage(await this.#transport.bytes({ method: 'GET', path, query: { seq, clock } }, options));
  }

  /** A piece of it; none at its end. */
  readLog(id: string, from: number, options?: AskOptions): Promise<Uint8Array> {
    return this.#transport.bytes({ method: 'GET', path: `${pathOf(id)}/log`, query: { from } }, options);
  }

  /** Gives the bytes of a checkpoint to `take`, from the beginning at each attempt. */
  readCheckpoint(
    id: string,
    { iteration, bytes }: HubCheckpoint,
    take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
    options?: AskOptions,
  ): Promise<void> {
    const path = `/api/runs/${encodeURIComponent(id)}/checkpoints/${iteration}.safetensors`;
    return this.#stream({ method: 'GET', path, bytes }, take, options);
  }

  /** The files of data sets that the hub has. */
  data(options?: AskOptions): Promise<HubData> {
    return this.#transport.json({ method: 'GET', path: '/api/hub/data', work: 300_000 }, hubDataSchema, options);
  }

  /** Gives the bytes of a data file to `take`, from the beginning at each attempt. */
  readData(
    { sha256, bytes }: Pick<HubData['files'][number], 'sha256' | 'bytes'>,
    take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
    options?: AskOptions,
  ): Promise<void> {
    return this.#stream({ method: 'GET', path: `/api/hub/data/${sha256}`, bytes }, take, options);
  }

  #stream(
    request: HubRequest,
    take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
    options?: AskOptions,
  ): Promise<void> {
    return this.#transport.ask(
      request,
      (response) => take((response.body ?? []) as AsyncIterable<Uint8Array>),
      options,
    );
  }

  async #send(request: HubRequest, options?: AskOptions): Promise<HubPosition> {
    return (await this.#transport.json(request, receivedSchema, options)).position;
  }
}

const pathOf = (id: string): string => `/api/hub/runs/${encodeURIComponent(id)}`;

const raw = (body: string | Uint8Array): Pick<HubRequest, 'type' | 'body'> => ({
  type: bytesOf,
  body: () => (typeof body === 'string' ? body : new Uint8Array(body)),
});

const jsonRequest = (method: 'POST', path: string, body: unknown): HubRequest => ({
  method,
  path,
  type: 'application/json',
  body: () => JSON.stringify(body),
});

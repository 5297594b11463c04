import { setTimeout as wait } from 'node:timers/promises';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { HubCheckpoint, HubFile, HubPosition } from '../contract/index.ts';
import { contentDigest, FileDigests, runDirectory, sideFilePath } from '../store/index.ts';
import { Backoff } from './backoff.ts';
import type { HubClient, SessionKey } from './client.ts';
import type { RunSending, SenderState } from './interface.ts';
import { LocalRun } from './local-run.ts';
import type { AskOptions } from './transport.ts';

export interface SenderOptions {
  readonly client: HubClient;
  readonly runsDirectory: string;
  readonly id: string;
  readonly session: number;
  /** Whether the hub has a folder of the run. */
  readonly isCopied: boolean;
  /** What the hub has of it. */
  readonly position: HubPosition;
  readonly checkpoints: readonly HubCheckpoint[];
  readonly files: readonly HubFile[];
  /** Milliseconds between looks at the folder; default 500. */
  readonly interval?: number;
}

/** Milliseconds without anything to send after which the hub is told that this worker lives. */
const heartbeat = 5000;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: ThalwegError) => void;
}

/** Follows the folder of a run in rounds; each sends everything that the folder held when it began ({@link RunSending}). */
export class RunSender implements RunSending {
  readonly refused: Promise<ThalwegError>;
  readonly #options: SenderOptions;
  readonly #key: SessionKey;
  readonly #local: LocalRun;
  readonly #stopping = new AbortController();
  readonly #leaving = new AbortController();
  readonly #digests = new FileDigests();
  /** What the hub has: iteration → SHA-256. */
  readonly #checkpoints: Map<number, string>;
  /** The same of files beside records and checkpoints: name → SHA-256. */
  readonly #files: Map<string, string>;
  #isCopied: boolean;
  #position: HubPosition;
  #sentFile: string | null = null;
  #bytes = 0;
  #problem: ThalwegError | null = null;
  #lastSent = performance.now();
  #waiting: Waiting[] = [];
  #wake: () => void = () => undefined;
  #following: Promise<void> | null = null;
  #refuse!: (error: ThalwegError) => void;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#key = { id: options.id, session: options.session };
    this.#local = new LocalRun(runDirectory(options.runsDirectory, options.id));
    this.#checkpoints = new Map(options.checkpoints.map(({ iteration, sha256 }) => [iteration, sha256]));
    this.#files = new Map(options.files.map(({ name, sha256 }) => [name, sha256]));
    this.#isCopied = options.isCopied;
    this.#position = options.position;
    this.refused = new Promise((resolve) => (this.#refuse = resolve));
  }

  get state(): SenderState {
    const { seq, log } = this.#position;
    return { acknowledged: { seq, log }, bytes: this.#bytes, problem: this.#problem };
  }

  start(): void {
    this.#following ??= this.#follow();
  }

  flush(): Promise<void> {
    this.start();
    return new Promise((resolve, reject) => {
      if (this.#stopping.signal.aborted) return reject(this.#problem ?? this.#stopped());
      this.#waiting.push({ resolve, reject });
      this.#wake();
    });
  }

  async finish(): Promise<void> {
    await this.flush();
    // Nothing else is sent meanwhile: the folder does not change any more.
    await this.#end();
    const file = this.#local.file();
    if (file === null)
      throw new ThalwegError(
        'RUN_STATE',
        `run ${this.#key.id}: expected a run that has ended, got one that has not begun`,
      );
    const names = (await this.#local.sideFiles(this.#digests)).map(({ name }) => name);
    const digest = await contentDigest(this.#local.directory, this.#digests, undefined, names);
    const options = { ...this.#ask(), signal: this.#leaving.signal };
    await this.#options.client.finish(this.#key, { file, names, digest }, options);
  }

  async stop(): Promise<void> {
    this.#leaving.abort();
    await this.#end();
    // The hub lets go by itself after a while: it is not worth a wait.
    const soon = AbortSignal.timeout(2000);
    await this.#options.client.release(this.#key, { signal: soon }).catch(() => undefined);
  }

  async #end(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#following;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    const backoff = new Backoff(0, this.#key.id);
    while (!signal.aborted) {
      const waiting = this.#waiting;
      this.#waiting = [];
      try {
        await this.#round();
        backoff.reset();
        for (const { resolve } of waiting) resolve();
        if (this.#waiting.length === 0) await this.#pause(this.#options.interval ?? 500);
      } catch (error) {
        this.#waiting.unshift(...waiting);
        if (signal.aborted) break;
        this.#problem = problemOf(error);
        if (isFinal(this.#problem)) this.#giveUp(this.#problem);
        else await this.#pause(backoff.next());
      }
    }
    for (const { reject } of this.#waiting.splice(0)) reject(this.#problem ?? this.#stopped());
    this.#local.close();
  }

  #giveUp(problem: ThalwegError): void {
    this.#stopping.abort();
    this.#refuse(problem);
  }

  /** Waits, less where somebody wants to go on. */
  async #pause(milliseconds: number): Promise<void> {
    const controller = new AbortController();
    this.#wake = () => controller.abort();
    if (this.#stopping.signal.aborted) return;
    await wait(milliseconds, undefined, { signal: controller.signal, ref: this.#waiting.length > 0 }).catch(
      () => undefined,
    );
    this.#wake = () => undefined;
  }

  /**
   * Sends what the folder holds now. The parts are looked at from the last to the first that depends on another: a checkpoint
   * counts for the hub once all records before it are there, and the run file once what it tells of is.
   */
  async #round(): Promise<void> {
    const file = this.#local.file();
    if (file !== null) {
      const checkpoints = this.#local.checkpoints();
      if (!this.#isCopied) await this.#sendFile(file);
      await this.#sendFiles();
      await this.#sendRecords();
      await this.#sendLog();
      await this.#sendCheckpoints(checkpoints);
      await this.#sendFile(file);
    }
    if (performance.now() - this.#lastSent > heartbeat)
      this.#received(await this.#options.client.alive(this.#key, this.#ask()), 0);
  }

  async #sendFile(text: string): Promise<void> {
    if (text === this.#sentFile) return;
    const position = await this.#options.client.sendFile(this.#key, text, this.#ask());
    this.#isCopied = true;
    this.#sentFile = text;
    this.#received(position, text.length);
  }

  /** Up to what there was at its beginning: a training that records faster than the hub takes would hold up its own checkpoints. */
  async #sendRecords(): Promise<void> {
    const end = this.#local.newestSeq();
    for (let isLast = false; !isLast;) {
      const page = this.#local.page(this.#position);
      if (!page) return;
      const position = await this.#options.client.sendRecords(this.#key, page, this.#ask());
      this.#local.acknowledge(page);
      this.#received(position, 64 * page.records.seq.length);
      isLast = page.isLast || position.seq > end;
    }
  }

  async #sendLog(): Promise<void> {
    for (;;) {
      const from = this.#position.log;
      const bytes = this.#local.log(from);
      if (bytes.length === 0) return;
      this.#received(await this.#options.client.sendLog(this.#key, from, bytes, this.#ask()), bytes.length);
    }
  }

  /** Copies of networks come before the checkpoints, which nobody could go on from without them. What is gone here stays there. */
  async #sendFiles(): Promise<void> {
    for (const { name } of await this.#local.sideFiles(this.#digests)) {
      const held = await this.#local.hold(sideFilePath(this.#local.directory, name), this.#digests);
      if (!held) continue;
      try {
        const { bytes, sha256 } = held;
        if (this.#files.get(name) === sha256) continue;
        await this.#options.client.sendSideFile(this.#key, { name, bytes, sha256 }, held.read, this.#ask());
        this.#files.set(name, sha256);
        this.#received(this.#position, bytes);
      } finally {
        held.release();
      }
    }
  }

  async #sendCheckpoints(listed: readonly { readonly iteration: number; readonly path: string }[]): Promise<void> {
    let isWhole = true;
    for (const { iteration, path } of listed) isWhole = (await this.#sendCheckpoint(iteration, path)) && isWhole;
    // One that was removed here while it was to be sent has a successor, which is not at the hub yet.
    if (!isWhole) return;
    const here = new Set(listed.map(({ iteration }) => iteration));
    for (const iteration of [...this.#checkpoints.keys()].filter((known) => !here.has(known))) {
      await this.#options.client.removeCheckpoint(this.#key, iteration, this.#ask());
      this.#checkpoints.delete(iteration);
    }
  }

  /** False where the file is gone. */
  async #sendCheckpoint(iteration: number, path: string): Promise<boolean> {
    const held = await this.#local.hold(path, this.#digests);
    if (!held) return false;
    try {
      const { bytes, sha256 } = held;
      if (this.#checkpoints.get(iteration) === sha256) return true;
      await this.#options.client.sendCheckpoint(this.#key, { iteration, bytes, sha256 }, held.read, this.#ask());
      this.#checkpoints.set(iteration, sha256);
      this.#received(this.#position, bytes);
      return true;
    } finally {
      held.release();
    }
  }

  #received(position: HubPosition, bytes: number): void {
    this.#position = position;
    this.#bytes += bytes;
    this.#lastSent = performance.now();
    this.#problem = null;
  }

  #ask(): AskOptions {
    return { signal: this.#stopping.signal, onProblem: (problem) => (this.#problem = problem) };
  }

  #stopped(): ThalwegError {
    return new ThalwegError('INTERRUPTED', `run ${this.#key.id}: sending was stopped before everything was sent`);
  }
}

/** Trouble with the folder here, or a checkpoint that was damaged on its way, may pass; what the hub refuses does not. */
const isFinal = ({ code }: ThalwegError): boolean => code !== 'CHECKPOINT_INVALID' && code !== 'RUN_INVALID';

const problemOf = (error: unknown): ThalwegError =>
  error instanceof ThalwegError
    ? error
    : new ThalwegError('INTERNAL', `internal: sending: ${messageOf(error)}`, { cause: error });

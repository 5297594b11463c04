import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ThalwegError } from '../../base/index.ts';
import type { Specification } from '../../contract/index.ts';
import { childError, send, type ChildFailure } from '../child.ts';
import type { PicturedExample } from './picture.ts';

/** The data set whose examples are shown. */
export interface ExampleSource {
  readonly data: Specification['data'];
  /** Of the run: it draws subsets. */
  readonly seed: number;
  readonly dataDirectory?: string;
}

export type ExampleInput =
  { readonly type: 'open'; readonly source: ExampleSource } | { readonly type: 'example'; readonly position: number };

/** Replies come in the order of the requests. */
export type ExampleMessage =
  { readonly type: 'example'; readonly pictured: PicturedExample } | ({ readonly type: 'failed' } & ChildFailure);

interface Waiting {
  readonly resolve: (pictured: PicturedExample) => void;
  readonly reject: (error: Error) => void;
}

/** A data set in a process of its own, which is asked for single examples: loading it takes seconds and much memory. */
export class ExampleProcess {
  readonly #child: ChildProcess;
  #waiting: Waiting[] = [];
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;

  constructor(source: ExampleSource, entry: string = workerEntry()) {
    this.#child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
    this.#child.on('message', (message: ExampleMessage) => {
      const next = this.#waiting.shift();
      if (message.type === 'example') next?.resolve(message.pictured);
      else next?.reject(childError(message));
    });
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        const left = this.#waiting;
        this.#waiting = [];
        for (const { reject } of left)
          reject(new ThalwegError('TRAINER_DIED', 'examples: expected an answer from their process, it ended'));
        resolve();
      };
      this.#child.once('exit', end);
      this.#child.once('error', end);
    });
    send(this.#child, { type: 'open', source } satisfies ExampleInput);
  }

  /** Throws what loading the data set throws, `USAGE` for a position beyond it, `TRAINER_DIED` when the process ended. */
  get(position: number): Promise<PicturedExample> {
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) {
        reject(new ThalwegError('TRAINER_DIED', 'examples: expected their process, it has ended'));
        return;
      }
      this.#waiting.push({ resolve, reject });
      send(this.#child, { type: 'example', position } satisfies ExampleInput);
    });
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}

const workerEntry = (): string => fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));

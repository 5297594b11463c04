import type { RunFile } from '../contract/index.ts';
import { ExampleProcess, type ExampleSource, type PicturedExample } from '../run/index.ts';

/** How long a data set that nobody asks for stays in memory, milliseconds. */
const idle = 60_000;

/** A data set that is asked for single examples. */
export type OpenExamples = Pick<ExampleProcess, 'get' | 'close' | 'ended'>;

/** Shows training examples of runs. One data set at a time is held, in a process of its own, as long as somebody looks at it. */
export class ExampleShelf {
  readonly #dataDirectory: string | undefined;
  readonly #open: (source: ExampleSource) => OpenExamples;
  #held: { readonly key: string; readonly process: OpenExamples } | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    dataDirectory?: string,
    open: (source: ExampleSource) => OpenExamples = (source) => new ExampleProcess(source),
  ) {
    this.#dataDirectory = dataDirectory;
    this.#open = open;
  }

  /** The example at a position of the training set of a run. Throws what `ExampleProcess` throws. */
  get({ specification }: RunFile, position: number): Promise<PicturedExample> {
    const { data, seed } = specification;
    const source: ExampleSource = { data, seed, ...(this.#dataDirectory && { dataDirectory: this.#dataDirectory }) };
    const key = JSON.stringify(source);
    if (this.#held?.key !== key) this.#hold(key, source);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), idle).unref();
    return this.#held!.process.get(position);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#held?.process.close();
    this.#held = null;
  }

  #hold(key: string, source: ExampleSource): void {
    this.close();
    const process = this.#open(source);
    this.#held = { key, process };
    void process.ended.then(() => {
      if (this.#held?.process === process) this.#held = null;
    });
  }
}

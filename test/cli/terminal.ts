import { Writable } from 'node:stream';
import { main, type Io } from '../../src/cli/index.ts';

/** A stream that keeps what is written to it. */
class Capture extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  text = '';

  constructor(isTTY: boolean, columns: number) {
    super({ decodeStrings: true });
    this.isTTY = isTTY;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

export interface TerminalOptions {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly env?: Io['env'];
  /** What somebody answers to each question in turn; absent: nobody is there. */
  readonly answers?: readonly string[];
}

/** Stands for the world around a command: what it printed, and the signals that reach it. */
export class Terminal implements Io {
  readonly stdout: Capture;
  readonly stderr: Capture;
  readonly env: Io['env'];
  readonly canAsk: boolean;
  readonly questions: string[] = [];
  readonly #answers: string[];
  readonly #handlers = new Set<(signal: NodeJS.Signals) => void>();

  constructor({ isTTY = false, columns = 120, env = {}, answers }: TerminalOptions = {}) {
    this.stdout = new Capture(isTTY, columns);
    this.stderr = new Capture(isTTY, columns);
    this.env = env;
    this.canAsk = answers !== undefined;
    this.#answers = [...(answers ?? [])];
  }

  async ask(question: string): Promise<string> {
    this.questions.push(question);
    return this.#answers.shift() ?? '';
  }

  onSignal(handler: (signal: NodeJS.Signals) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** How many wait for a signal. */
  get listeners(): number {
    return this.#handlers.size;
  }

  signal(name: NodeJS.Signals = 'SIGINT'): void {
    for (const handler of [...this.#handlers]) handler(name);
  }
}

/** What a command line did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
export async function thalweg(argv: readonly string[], terminal = new Terminal()): Promise<Outcome> {
  const code = await main(argv, terminal);
  return { code, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
}

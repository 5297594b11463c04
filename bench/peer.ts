import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

/** What the peer says of itself when it starts. */
export interface Handshake {
  readonly version: string;
  readonly threads: number;
  readonly blas: string;
  /** The BLAS library is the reference one, single-threaded and unvectorised: no fair peer. */
  readonly referenceBlas: boolean;
  /** Names of what it can measure. */
  readonly measures: readonly string[];
}

export interface PeerAnswer {
  readonly seconds: number[];
  readonly error?: string;
  readonly [key: string]: unknown;
}

/** PyTorch in a process of its own, asked line by line, so that the two sides take turns in one run. */
export class TorchPeer {
  readonly handshake: Handshake;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;

  private constructor(process: ChildProcessWithoutNullStreams, answers: AsyncIterator<string>, handshake: Handshake) {
    this.#process = process;
    this.#answers = answers;
    this.handshake = handshake;
  }

  /** The first Python that has PyTorch, or undefined when none has. */
  static async start(threads: number, given?: string): Promise<TorchPeer | undefined> {
    for (const python of given ? [given] : ['python3', '/usr/bin/python3']) {
      const script = new URL('./peers/torch_bench.py', import.meta.url).pathname;
      const child = spawn(python, [script, 'serve', '--threads', String(threads)], { stdio: ['pipe', 'pipe', 'pipe'] });
      const lines: Interface = createInterface(child.stdout);
      const answers = lines[Symbol.asyncIterator]();
      const first = await Promise.race([
        answers.next(),
        new Promise<{ done: true }>((resolve) => child.once('error', () => resolve({ done: true }))),
      ]);
      if (!first.done)
        return new TorchPeer(child, answers, JSON.parse((first as { value: string }).value) as Handshake);
    }
    return undefined;
  }

  async measure(measure: string, repeats: number): Promise<PeerAnswer> {
    this.#process.stdin.write(`${JSON.stringify({ measure, repeats })}\n`);
    const line = await this.#answers.next();
    if (line.done) throw new Error(`PyTorch ended while it measured ${measure}`);
    const answer = JSON.parse(line.value) as PeerAnswer;
    if (answer.error) throw new Error(`PyTorch could not measure ${measure}: ${answer.error}`);
    return answer;
  }

  close(): void {
    this.#process.stdin.end();
  }
}

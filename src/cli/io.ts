import { createInterface } from 'node:readline/promises';
import type { Writable } from 'node:stream';

/** Where a command writes: a stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command has of the world outside. Tests bring their own. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls `handler` at each SIGINT (Ctrl-C), SIGTERM and SIGHUP until the returned function is called. */
  onSignal(handler: (signal: NodeJS.Signals) => void): () => void;
  /** Whether somebody sits there who can answer a question. */
  readonly canAsk: boolean;
  /** Asks a question and waits for a line. */
  ask(question: string): Promise<string>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The real one: this process. */
export function processIo(): Io {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onSignal(handler) {
      for (const signal of signals) process.on(signal, handler);
      return () => {
        for (const signal of signals) process.off(signal, handler);
      };
    },
    canAsk: process.stdin.isTTY && process.stderr.isTTY,
    async ask(question) {
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await terminal.question(question);
      } finally {
        terminal.close();
      }
    },
  };
}

/** Resolves at the next signal. */
export function nextSignal(io: Io): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const dispose = io.onSignal((signal) => {
      dispose();
      resolve(signal);
    });
  });
}

export function writeLine(output: Output, text = ''): void {
  output.write(`${text}\n`);
}

/** The one JSON document of a command with `--json`. */
export function writeJson(output: Output, document: unknown): void {
  writeLine(output, JSON.stringify(document, null, 2));
}

/** Grey text on a terminal that shows it; plain text elsewhere and with `NO_COLOR`. */
export function dim(text: string, output: Output, env: Io['env']): string {
  return output.isTTY === true && !env['NO_COLOR'] ? `\u001b[2m${text}\u001b[22m` : text;
}

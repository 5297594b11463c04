import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

const command = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** A command in a process group of its own, which stands for a machine: it can fail as a whole. */
export interface Machine {
  /** What its program said on standard error, of all its lives. */
  readonly said: () => string;
  start(): void;
  /** Ends its program with SIGKILL, or everything on it: without the rest, the processes that it started notice by themselves. */
  fail(whole: boolean): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code of its program; null where it was killed. */
  ended(): Promise<number | null>;
}

/** A machine that runs `thalweg …`; it ends with the test. */
export function machine(...words: readonly string[]): Machine {
  expect(existsSync(command), 'dist/cli/main.js is missing: npm run build makes it').toBe(true);
  let said = '';
  let child: ChildProcess | undefined;
  const killGroup = (): void => {
    try {
      process.kill(-child!.pid!, 'SIGKILL');
    } catch {
      // All of it has ended.
    }
  };
  onTestFinished(() => (child ? killGroup() : undefined));
  const start = (): void => {
    child = spawn(process.execPath, [command, ...words], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
  };
  const ended = async (): Promise<number | null> => {
    if (child!.exitCode === null && child!.signalCode === null) await once(child!, 'exit');
    return child!.exitCode;
  };
  return {
    said: () => said,
    start,
    ended,
    signal: (name) => void child!.kill(name),
    async fail(whole) {
      if (whole) killGroup();
      else child!.kill('SIGKILL');
      await ended();
    },
  };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { RunFile } from '../../src/contract/index.ts';
import { openRun } from '../../src/store/index.ts';

/** The built program: these tests start it as a user does. `npm run build` makes it. */
export const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
export const data = process.env['THALWEG_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** To be called before all tests that start it. */
export function requireProgram(): void {
  expect(existsSync(program), 'dist/cli/main.js is missing: npm run build makes it').toBe(true);
}

export interface Started {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts a command; it is killed when the test ends. */
export function start(...argv: string[]): Started {
  const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (output.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output.stderr += text.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, output, ended };
}

/** Runs a command to its end. */
export async function thalweg(...argv: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { output, ended } = start(...argv);
  return { code: (await ended).code, ...output };
}

export const runFile = (runs: string, id: string): RunFile =>
  JSON.parse(readFileSync(join(runs, id, 'run.json'), 'utf8')) as RunFile;

/** Waits until a run has made so many updates, as its metrics tell. */
export async function reached(runs: string, id: string, iteration: number): Promise<void> {
  const count = (): number => {
    if (!existsSync(join(runs, id, 'run.json'))) return 0;
    const reader = openRun(runs, id);
    try {
      return reader.records('batch.loss').length;
    } finally {
      reader.close();
    }
  };
  await expect.poll(count, { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(iteration);
}

/** The values of every series. */
export const values = (runs: string, id: string): Record<string, number[]> => {
  const reader = openRun(runs, id);
  try {
    return Object.fromEntries(reader.series().map(({ name }) => [name, [...reader.records(name).value]]));
  } finally {
    reader.close();
  }
};

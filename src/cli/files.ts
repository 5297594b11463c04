import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';

/** Computing may take hours: a file must not fail only then. Throws `USAGE` for another ending, and a folder that there is not. */
export function requireWritable(option: string, path: string, endings: readonly string[]): void {
  const problem = !endings.includes(extname(path).toLowerCase())
    ? `expected a file that ends in ${endings.join(', ')}`
    : existsSync(dirname(path))
      ? null
      : 'expected a file in a folder that exists';
  if (problem !== null) throw new ThalwegError('USAGE', `${option}: ${problem}, got ${JSON.stringify(path)}`);
}

/** Writes the file of `--out`. Throws `USAGE` where it cannot be written. */
export async function writeOut(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((cause: unknown) => {
    throw new ThalwegError('USAGE', `--out: cannot write ${path}: ${messageOf(cause)}`, { cause });
  });
}

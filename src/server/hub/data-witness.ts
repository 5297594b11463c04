import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, ThalwegError } from '../../base/index.ts';
import type { RunFile } from '../../contract/index.ts';
import { makeFolder, openRun, writeAtomically } from '../../store/index.ts';

const noteSchema = z.strictObject({ run: z.string() });

/**
 * Knows which examples belong to a data set and seed: those of the first run at this hub that was made with them. Another
 * machine's files of the same name may be others, and numbers of the two must not stand beside each other.
 */
export class DataWitness {
  readonly #runsDirectory: string;
  readonly #folder: string;

  constructor(runsDirectory: string) {
    this.#runsDirectory = runsDirectory;
    this.#folder = join(resolve(runsDirectory), '.hub', 'data');
  }

  /** Throws `DATA_INVALID` for a run on other examples than an earlier one of the same data set and seed; `STORE_FAILED`. */
  require({ id, specification: { data, seed }, data: { digest } }: RunFile): void {
    const key = createHash('sha256')
      .update(JSON.stringify([data, seed]))
      .digest('hex');
    const path = join(this.#folder, `${key}.json`);
    const witness = this.#witness(path);
    if (witness === null) return this.#note(path, id);
    if (witness.digest === digest) return;
    throw new ThalwegError(
      'DATA_INVALID',
      `run ${id}: expected the examples of ${data.name} with seed ${seed} that run ${witness.run} has (SHA-256 ${brief(witness.digest)}), ` +
        `got others (${brief(digest)}); compare the data files of the two machines`,
    );
  }

  /** The run that was first, as long as it is there. */
  #witness(path: string): { run: string; digest: string } | null {
    if (!existsSync(path)) return null;
    try {
      const { run } = noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
      const reader = openRun(this.#runsDirectory, run);
      try {
        return { run, digest: reader.file().data.digest };
      } finally {
        reader.close();
      }
    } catch {
      return null;
    }
  }

  #note(path: string, run: string): void {
    try {
      makeFolder(this.#folder);
    } catch (cause) {
      throw new ThalwegError('STORE_FAILED', `${path}: could not be written: ${messageOf(cause)}`, { cause });
    }
    writeAtomically(path, [`${JSON.stringify({ run })}\n`]);
  }
}

const brief = (digest: string): string => `${digest.slice(0, 12)}…`;

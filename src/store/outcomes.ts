import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import { outcomeFileSchema, type OutcomeFile } from '../contract/index.ts';
import { storing, writeAtomically } from './files.ts';
import { isRunId } from './paths.ts';

/** The folder, beside the runs, of what computations gave. */
const outcomesFolder = 'results';

/** Where the result of a computation lies. Throws `USAGE` for a name that leads out of the folder. */
export function outcomePath(runsDirectory: string, id: string): string {
  if (!isRunId(id))
    throw new ThalwegError('USAGE', `result: expected a name as a run can have, got ${JSON.stringify(id)}`);
  return join(resolve(runsDirectory), outcomesFolder, `${id}.json`);
}

/** The result of a computation, or null where there is none. Throws `RUN_INVALID` for a damaged file. */
export function readOutcome(runsDirectory: string, id: string): OutcomeFile | null {
  const path = outcomePath(runsDirectory, id);
  if (!existsSync(path)) return null;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ThalwegError('RUN_INVALID', `${path}: expected a result, got ${messageOf(cause)}`, { cause });
  }
  const result = outcomeFileSchema.safeParse(content);
  if (result.success) return result.data;
  const { path: key, message } = result.error.issues[0]!;
  throw new ThalwegError('RUN_INVALID', `${path}: ${[key.join('.'), message].filter(Boolean).join(': ')}`);
}

/** Writes a result whole. Throws `STORE_FAILED`. */
export function writeOutcome(runsDirectory: string, outcome: OutcomeFile): void {
  const path = outcomePath(runsDirectory, outcome.id);
  storing(path, () => mkdirSync(join(resolve(runsDirectory), outcomesFolder), { recursive: true }));
  writeAtomically(path, [`${JSON.stringify(outcome)}\n`]);
}

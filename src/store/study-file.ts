import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { studyStateSchema, type StudyState } from '../contract/index.ts';
import { storing, writeAtomically } from './files.ts';
import { isAlive, processIdentity, processIdentitySchema } from './process.ts';

/** The file, beside the runs, that says which study was started last. */
const studyFile = '.study.json';
const studyFileSchema = z.strictObject({ study: studyStateSchema, holder: processIdentitySchema });

/** A study as it was noted last, and whether the process that noted it lives. */
export interface NotedStudy {
  readonly study: StudyState;
  readonly isHeld: boolean;
  /** Number of that process. */
  readonly process: number;
}

/** The study that was noted in a folder of runs; null where there is none, and for a note that cannot be read. */
export function readStudy(runsDirectory: string): NotedStudy | null {
  const path = join(resolve(runsDirectory), studyFile);
  if (!existsSync(path)) return null;
  const note = studyFileSchema.safeParse(contentOf(path));
  if (!note.success) return null;
  const { study, holder } = note.data;
  return { study, isHeld: isAlive(holder), process: holder.pid };
}

/** Notes a study as one of this process. Throws `STORE_FAILED`. */
export function writeStudy(runsDirectory: string, study: StudyState): void {
  const folder = resolve(runsDirectory);
  const path = join(folder, studyFile);
  storing(path, () => mkdirSync(folder, { recursive: true }));
  writeAtomically(path, [`${JSON.stringify({ study, holder: processIdentity() })}\n`]);
}

function contentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // A note that a crash tore says nothing; what the study made lies in its runs.
    return null;
  }
}

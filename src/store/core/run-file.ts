import type { z } from 'zod';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { runFileSchema, runFileVersion, type RunFile, type Specification } from '../../contract/index.ts';

/** What a run is made from: the store adds version and times, and a readable id where none is given. */
export type NewRun = Omit<RunFile, 'id' | 'version' | 'created' | 'updated' | 'parent' | 'origin'> & {
  readonly id?: string;
  /** Default: null. */
  readonly parent?: RunFile['parent'];
  /** Default: null. */
  readonly origin?: RunFile['origin'];
};

/** The content of `run.json` of a run that begins now. Throws `RUN_INVALID`. */
export function completeRun(run: NewRun, id: string, path: string): RunFile {
  const now = new Date().toISOString();
  const base = { parent: null, origin: null, ...run, version: runFileVersion, created: now, updated: now } as const;
  return checkRunFile({ ...base, id }, path);
}

/** The text of `run.json`. Throws `RUN_INVALID` for content against the schema. */
export const runFileText = (file: RunFile, path: string): string =>
  `${JSON.stringify(checkRunFile(file, path), null, 2)}\n`;

/** Checks the content of a run file against its schema. Throws `RUN_INVALID` with the path of the first wrong key. */
export function checkRunFile(content: unknown, path: string): RunFile {
  const version = (content as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > runFileVersion) {
    throw new ThalwegError(
      'RUN_INVALID',
      `${path}: expected version ${runFileVersion}, got ${version} of a newer Thalweg`,
    );
  }
  const result = runFileSchema.safeParse(content);
  if (!result.success) throw new ThalwegError('RUN_INVALID', `${path}: ${describeProblems(result.error)}`);
  return result.data;
}

function describeProblems(error: z.ZodError): string {
  const [first, ...others] = error.issues;
  const key = first!.path.length > 0 ? `${first!.path.join('.')}: ` : '';
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return `${key}${messageOf(first!.message)}${more}`;
}

/**
 * The start of a readable id: `<study, or data and model>-<optimizer>-s<seed>`, to which a counter is added. Characters
 * that an id cannot have become "-".
 */
export function idStem(specification: Specification): string {
  const subject = specification.study ?? `${specification.data.name}-${specification.model.name}`;
  const readable = subject
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 80);
  return `${readable || 'run'}-${specification.optimizer.name}-s${specification.seed}`;
}

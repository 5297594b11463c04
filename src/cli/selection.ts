import { messageOf, ThalwegError } from '../base/index.ts';
import type { Results } from '../contract/index.ts';
import { writeJson, writeLine, type Io } from './io.ts';

/** What became of one of a selection. */
export interface Done {
  /** Its name now. */
  readonly name: string;
  /** A line that says what was done. */
  readonly text: string;
}

/**
 * Does something to each of several runs and says what became of it; one that fails does not keep the others from being
 * done. Returns the exit code: that of the first failure, or 0. With `--json` the document is that of the interface.
 */
export function doEach(
  ids: readonly string[],
  { json = false }: { readonly json?: boolean },
  io: Io,
  work: (id: string) => Done,
): number {
  let code = 0;
  const results: Results['results'] = [];
  for (const id of ids) {
    try {
      const { name, text } = work(id);
      results.push({ id, name, error: null });
      if (!json) writeLine(io.stdout, text);
    } catch (error) {
      if (!(error instanceof ThalwegError)) throw error;
      code ||= error.exitCode;
      results.push({ id, name: null, error: { code: error.code, message: messageOf(error) } });
      writeLine(io.stderr, `thalweg: ${messageOf(error)}`);
    }
  }
  if (json) writeJson(io.stdout, { results } satisfies Results);
  return code;
}

import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { messageOf, ThalwegError } from '../base/index.ts';
import { isContainer } from '../contract/index.ts';

/** True for what names a file and not a study: a path, or a name that ends in .yaml, .yml or .json. */
export function isSpecificationFile(target: string): boolean {
  return isAbsolute(target) || /[\\/]/.test(target) || /\.(ya?ml|json)$/i.test(target);
}

/**
 * The plain data in a YAML or JSON file, unchecked; the editor's `$schema` key is left out. Throws
 * `SPECIFICATION_INVALID` when the file cannot be read or parsed, with the line; `what` says what was expected.
 */
export const readMappingFile = (file: string, what = 'a specification file'): unknown =>
  parseMapping(readTextFile(file, what), file);

/** As {@link readMappingFile}, of a text that came from `file`. */
export function parseMapping(text: string, file: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const problem = document.errors[0];
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${file}: line ${line}, column ${col}: not valid YAML: ${messageOf(problem)}`,
    );
  }
  const data = toPlainData(file, () => document.toJS());
  if (!isContainer(data) || Array.isArray(data)) {
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${file}: expected a mapping of keys to values, got ${data == null ? 'an empty file' : 'something else'}`,
    );
  }
  delete data['$schema'];
  return data;
}

/** The text of a file. Throws `SPECIFICATION_INVALID`; `what` says what was expected. */
export function readTextFile(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'there is no such file' : messageOf(cause);
    throw new ThalwegError('SPECIFICATION_INVALID', `${file}: expected ${what}, but ${why}`, { cause });
  }
}

/** Aliases are resolved here, which fails for unknown names and for exponential nesting. */
function toPlainData(file: string, convert: () => unknown): unknown {
  try {
    return convert();
  } catch (cause) {
    throw new ThalwegError('SPECIFICATION_INVALID', `${file}: not valid YAML: ${messageOf(cause)}`, { cause });
  }
}

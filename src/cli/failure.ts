import { errorRegistry, messageOf, ThalwegError } from '../base/index.ts';
import { dim, writeJson, writeLine, type Io } from './io.ts';

/**
 * Writes what went wrong: one line, then one line with the remedy; the stack with `--debug` or `THALWEG_DEBUG`. With
 * `--json` standard output carries `{ "error": … }` as its document. Returns the exit code.
 */
export function reportFailure(thrown: unknown, argv: readonly string[], io: Io): number {
  const error =
    thrown instanceof ThalwegError ? thrown : new ThalwegError('INTERNAL', messageOf(thrown), { cause: thrown });
  const { remedy } = errorRegistry[error.code];
  writeLine(io.stderr, `thalweg: ${messageOf(error)}`);
  writeLine(io.stderr, dim(`hint: ${remedyFor(error, remedy, argv)}`, io.stderr, io.env));
  if (wantsStack(argv, io)) writeLine(io.stderr, stackOf(thrown));
  if (argv.includes('--json')) writeJson(io.stdout, { error: { code: error.code, message: messageOf(error), remedy } });
  return error.exitCode;
}

const wantsStack = (argv: readonly string[], io: Io): boolean =>
  argv.includes('--debug') || Boolean(io.env['THALWEG_DEBUG']);

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by: ${stackOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}

/** The registered remedy, with the command that was used where it speaks of "the command". */
function remedyFor(error: ThalwegError, remedy: string, argv: readonly string[]): string {
  if (error.code !== 'USAGE') return remedy;
  const [command] = argv;
  return command === undefined || command.startsWith('-') || error.message.startsWith('unknown command')
    ? '`thalweg --help` lists the commands.'
    : remedy.replace('<command>', command);
}

import { resolve } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import { descendantsOf, type TrashedRun } from '../../contract/index.ts';
import {
  defaultRunsDirectory,
  emptyTrash,
  listRuns,
  listTrash,
  resolveRunId,
  restoreRun,
  trashRun,
} from '../../store/index.ts';
import { commandLine, formatAge, formatBytes } from '../format.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { doEach } from '../selection.ts';
import { formatTable, type Column } from '../table.ts';

interface CommonOptions {
  readonly runs?: string;
  readonly json?: boolean;
}

/** `thalweg remove <run>…`: into the trash. */
export async function remove(names: readonly string[], options: CommonOptions, io: Io): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const ids = [...new Set(names.map((name) => resolveRunId(runsDirectory, name)))];
  const entries = listRuns(runsDirectory);
  const moved: string[] = [];
  const code = doEach(ids, options, io, (id) => {
    const name = trashRun(runsDirectory, id);
    moved.push(id);
    return { name, text: `${id} is in the trash; \`${commandLine(['restore', name], options.runs)}\` brings it back` };
  });
  const forks = descendantsOf(entries, moved).filter((id) => !moved.includes(id));
  if (forks.length > 0)
    writeLine(io.stderr, `thalweg: only what they recorded themselves is readable now of ${forks.join(', ')}`);
  return code;
}

/** `thalweg restore <name>…`: out of the trash. */
export async function restore(
  names: readonly string[],
  options: CommonOptions & { readonly as?: string },
  io: Io,
): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  if (options.as !== undefined && names.length > 1)
    throw new ThalwegError('USAGE', `--as: expected one run to give the name ${options.as}, got ${names.length}`);
  return doEach(names, options, io, (name) => {
    const id = restoreRun(runsDirectory, name, options.as);
    return { name: id, text: `${id} is in the list again` };
  });
}

/** `thalweg trash`: what lies there, or with `--empty` nothing any more. */
export async function trash(
  options: CommonOptions & { readonly empty?: boolean; readonly yes?: boolean },
  io: Io,
): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const lying = listTrash(runsDirectory);
  if (options.empty === true) return emptied(runsDirectory, lying, options, io);
  if (options.yes === true) throw new ThalwegError('USAGE', 'trash: expected --yes only beside --empty');
  if (options.json === true) writeJson(io.stdout, lying);
  else if (lying.length === 0) writeLine(io.stdout, `nothing in the trash of ${resolve(runsDirectory)}`);
  else writeLine(io.stdout, formatTable(columns(new Date()), lying, io.stdout.columns));
  return 0;
}

const columns = (now: Date): Column<TrashedRun>[] => [
  { title: 'name', value: ({ name }) => name },
  { title: 'deleted', value: ({ trashed }) => formatAge(trashed, now), align: 'right' },
  { title: 'size', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
  { title: 'iteration', value: ({ run }) => `${run.iteration}/${run.totalIterations}`, align: 'right', expendable: 1 },
  { title: 'study', value: ({ run }) => [run.study, run.scale].filter(Boolean).join(' '), expendable: 2 },
  { title: 'title', value: ({ run }) => run.problem ?? run.name ?? '', expendable: 3 },
];

/** Deletes what was shown, after a question where somebody can answer it. */
async function emptied(
  runsDirectory: string,
  lying: readonly TrashedRun[],
  options: { readonly yes?: boolean; readonly json?: boolean },
  io: Io,
): Promise<number> {
  const names = lying.map(({ name }) => name);
  const size = formatBytes(lying.reduce((sum, { bytes }) => sum + bytes, 0));
  if (names.length > 0 && options.yes !== true) {
    if (!io.canAsk)
      throw new ThalwegError('USAGE', `trash: expected --yes where nobody can be asked to delete ${names.join(', ')}`);
    const answer = await io.ask(`Delete ${names.join(', ')} (${size}) for good? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) {
      writeLine(io.stdout, 'nothing was deleted');
      return 0;
    }
  }
  return doEach(names, options, io, (name) => {
    emptyTrash(runsDirectory, [name]);
    return { name, text: `${name} is deleted` };
  });
}

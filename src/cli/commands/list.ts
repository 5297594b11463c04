import { resolve } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import {
  findRunKey,
  fulfils,
  parseRunQuery,
  runKeys,
  sortRuns,
  type RunCondition,
  type RunListEntry,
} from '../../contract/index.ts';
import { defaultRunsDirectory, listRuns } from '../../store/index.ts';
import { formatAge, formatNumber, formatShare } from '../format.ts';
import { dim, writeJson, writeLine, type Io } from '../io.ts';
import { formatTable, type Column } from '../table.ts';

export interface ListOptions {
  readonly runs?: string;
  readonly all?: boolean;
  readonly tag?: readonly string[];
  readonly where?: readonly string[];
  readonly sort?: string;
  readonly reverse?: boolean;
  readonly json?: boolean;
}

/** `thalweg list`. */
export async function list(options: ListOptions, io: Io): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const all = listRuns(runsDirectory);
  const kept = options.all === true ? all : all.filter(({ archived }) => !archived);
  const runs = chosen(kept, all, options);
  if (options.json === true) writeJson(io.stdout, runs);
  else if (all.length === 0)
    writeLine(io.stdout, `no runs in ${resolve(runsDirectory)}; \`thalweg run quickstart\` makes one`);
  else if (runs.length === 0) writeLine(io.stdout, `none of ${kept.length} runs in ${resolve(runsDirectory)}`);
  else writeLine(io.stdout, formatTable(columns(runs, new Date()), runs, io.stdout.columns));
  const hidden = all.length - kept.length;
  if (hidden > 0 && options.json !== true)
    writeLine(io.stderr, dim(`${hidden} archived; --all shows them`, io.stderr, io.env));
  return 0;
}

/** Those that the options ask for, in the order they ask for. Keys are those of all runs, so that none is unknown today and known tomorrow. */
function chosen(
  runs: readonly RunListEntry[],
  all: readonly RunListEntry[],
  { tag = [], where = [], sort, reverse = false }: ListOptions,
): readonly RunListEntry[] {
  const keys = runKeys(all);
  const { conditions, problems } = parseRunQuery(where.join(' '), keys);
  if (problems.length > 0) throw new ThalwegError('USAGE', `--where: ${problems[0]}`);
  const tags = tag.map((value): RunCondition => ({ negated: false, key: 'tag', operator: '=', value }));
  const found = runs.filter((run) => fulfils(run, [...conditions, ...tags]));
  if (sort === undefined) return reverse ? found.reverse() : found;
  const key = findRunKey(sort, keys);
  if ('problem' in key) throw new ThalwegError('USAGE', `--sort: ${key.problem}`);
  return sortRuns(found, { key: key.key, descending: reverse });
}

/** A run that cannot be read shows why, and nothing else. */
const ifReadable =
  (value: (run: RunListEntry) => string): Column<RunListEntry>['value'] =>
  (run) =>
    run.problem === null ? value(run) : '';

const parentColumn: Column<RunListEntry> = {
  title: 'parent',
  value: ifReadable(({ parent }) => (parent ? `${parent.run} at ${parent.iteration}` : '')),
  expendable: 5,
};

const validationColumn: Column<RunListEntry> = {
  title: 'validation accuracy',
  value: ifReadable(({ validationAccuracy }) => formatShare(validationAccuracy)),
  align: 'right',
  expendable: 2,
};

const tagsColumn: Column<RunListEntry> = { title: 'tags', value: ({ tags }) => tags.join(', '), expendable: 4 };

const columns = (runs: readonly RunListEntry[], now: Date): Column<RunListEntry>[] => [
  { title: 'run', value: ({ id }) => id },
  { title: 'status', value: ({ status, problem }) => (problem === null ? status : `unreadable: ${problem}`) },
  {
    title: 'progress',
    value: ifReadable(({ iteration, totalIterations }) => `${iteration}/${totalIterations}`),
    align: 'right',
    expendable: 2,
  },
  { title: 'train loss', value: ifReadable(({ trainLoss }) => formatNumber(trainLoss)), align: 'right', expendable: 1 },
  ...(runs.some(({ validationAccuracy }) => validationAccuracy !== null) ? [validationColumn] : []),
  {
    title: 'test accuracy',
    value: ifReadable(({ testAccuracy }) => formatShare(testAccuracy)),
    align: 'right',
    expendable: 1,
  },
  { title: 'updated', value: ({ updated }) => formatAge(updated, now), align: 'right', expendable: 3 },
  { title: 'study', value: ifReadable(({ study, scale }) => [study, scale].filter(Boolean).join(' ')), expendable: 4 },
  { title: 'optimizer', value: ifReadable(({ optimizer }) => optimizer), expendable: 5 },
  { title: 'seed', value: ifReadable(({ seed }) => String(seed)), align: 'right', expendable: 5 },
  ...(runs.some(({ parent }) => parent) ? [parentColumn] : []),
  ...(runs.some(({ tags }) => tags.length > 0) ? [tagsColumn] : []),
  { title: 'name', value: ({ name }) => name ?? '', expendable: 6 },
];

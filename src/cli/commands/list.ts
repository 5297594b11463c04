import { resolve } from 'node:path';
import type { RunListEntry } from '../../contract/index.ts';
import { defaultRunsDirectory, listRuns } from '../../store/index.ts';
import { formatAge, formatNumber, formatShare } from '../format.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { formatTable, type Column } from '../table.ts';

export interface ListOptions {
  readonly runs?: string;
  readonly json?: boolean;
}

/** `thalweg list`. */
export async function list(options: ListOptions, io: Io): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const runs = listRuns(runsDirectory);
  if (options.json === true) writeJson(io.stdout, runs);
  else if (runs.length === 0)
    writeLine(io.stdout, `no runs in ${resolve(runsDirectory)}; \`thalweg run quickstart\` makes one`);
  else writeLine(io.stdout, formatTable(columns(runs, new Date()), runs, io.stdout.columns));
  return 0;
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
  { title: 'name', value: ({ name }) => name ?? '', expendable: 6 },
];

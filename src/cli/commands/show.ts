import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { originText, type RunFile } from '../../contract/index.ts';
import { defaultRunsDirectory, openRun, resolveRunId, type RunReader, type SeriesOverview } from '../../store/index.ts';
import { formatBytes } from '../format.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { summaryPairs } from '../summary.ts';
import { formatPairs } from '../table.ts';

export interface ShowOptions {
  readonly runs?: string;
  readonly json?: boolean;
}

/** `thalweg show <run>`. */
export async function show(run: string, options: ShowOptions, io: Io): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const reader = openRun(runsDirectory, resolveRunId(runsDirectory, run));
  try {
    if (options.json === true) writeJson(io.stdout, document(reader));
    else writeLine(io.stdout, text(reader));
  } finally {
    reader.close();
  }
  return 0;
}

function document(reader: RunReader): Record<string, unknown> {
  const { series, problem } = seriesOf(reader);
  const parent = problem === null ? {} : { problem };
  return { ...reader.file(), ...parent, directory: reader.directory, series, checkpoints: reader.checkpoints() };
}

/** The series of a run; those of its own part, with the problem, for a fork whose parent is gone. */
function seriesOf(reader: RunReader): { series: SeriesOverview[]; problem: string | null } {
  try {
    return { series: reader.series(), problem: null };
  } catch (error) {
    if (!(error instanceof ThalwegError) || error.code !== 'RUN_INVALID' || !reader.file().parent) throw error;
    const own = openRun(dirname(reader.directory), reader.file().id, { part: 'own' });
    try {
      return { series: own.series(), problem: messageOf(error) };
    } finally {
      own.close();
    }
  }
}

function text(reader: RunReader): string {
  const run = reader.file();
  const { series: found, problem } = seriesOf(reader);
  const series = found.map(
    ({ name, count, lastIteration }) => [name, `${count} records, up to iteration ${lastIteration}`] as const,
  );
  const checkpoints = reader
    .checkpoints()
    .map(({ iteration, path, bytes }) => [`iteration ${iteration}`, `${path} (${formatBytes(bytes)})`] as const);
  return [
    formatPairs(identity(run, reader.directory, problem), ''),
    section(
      'specification',
      stringify(run.specification, { flowCollectionPadding: true }).trimEnd().replace(/^/gm, '  '),
    ),
    section(
      'environment',
      formatPairs(Object.entries(run.environment).map(([name, value]) => [name, String(value ?? '–')])),
    ),
    section('summary', formatPairs(summaryPairs(run))),
    section('series', series.length > 0 ? formatPairs(series) : '  none yet'),
    section('checkpoints', checkpoints.length > 0 ? formatPairs(checkpoints) : '  none yet'),
  ].join('\n\n');
}

const section = (title: string, body: string): string => `${title}\n${body}`;

/** `600 an epoch, 60 from iteration 6000 on`. */
const epochLengths = ({ iterationsPerEpoch, epochChanges }: RunFile): string =>
  [
    `${iterationsPerEpoch} an epoch`,
    ...epochChanges.map((change) => `${change.iterationsPerEpoch} from iteration ${change.iteration} on`),
  ].join(', ');

function identity(run: RunFile, directory: string, problem: string | null): [string, string][] {
  const { data } = run;
  const validation = data.validationExamples > 0 ? `, ${data.validationExamples} validation` : '';
  const failure: [string, string][] = run.error ? [['error', `${run.error.message} (${run.error.code})`]] : [];
  return [
    ['run', run.id],
    ['status', `${run.status}, iteration ${run.iteration} of ${run.totalIterations} (${epochLengths(run)})`],
    ...(run.parent
      ? [['parent', `${run.parent.run}, up to iteration ${run.parent.iteration}`] as [string, string]]
      : []),
    ...(run.origin ? [['origin', originText(run.origin)] as [string, string]] : []),
    ...(problem === null ? [] : [['problem', problem] as [string, string]]),
    ...failure,
    ['folder', directory],
    ['created', run.created],
    ['updated', run.updated],
    [
      'data',
      `${data.trainExamples} training${validation} and ${data.testExamples} test examples of ${data.inputShape.join('×')}, ${data.classes} classes, SHA-256 ${data.digest}`,
    ],
    ['parameters', String(run.parameters)],
  ];
}

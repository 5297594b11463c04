import { stringify } from 'yaml';
import type { RunFile } from '../../contract/index.ts';
import { defaultRunsDirectory, openRun, resolveRunId, type RunReader } from '../../store/index.ts';
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
  return { ...reader.file(), directory: reader.directory, series: reader.series(), checkpoints: reader.checkpoints() };
}

function text(reader: RunReader): string {
  const run = reader.file();
  const series = reader
    .series()
    .map(({ name, count, lastIteration }) => [name, `${count} records, up to iteration ${lastIteration}`] as const);
  const checkpoints = reader
    .checkpoints()
    .map(({ iteration, path, bytes }) => [`iteration ${iteration}`, `${path} (${formatBytes(bytes)})`] as const);
  return [
    formatPairs(identity(run, reader.directory), ''),
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

function identity(run: RunFile, directory: string): [string, string][] {
  const { data } = run;
  const failure: [string, string][] = run.error ? [['error', `${run.error.message} (${run.error.code})`]] : [];
  return [
    ['run', run.id],
    [
      'status',
      `${run.status}, iteration ${run.iteration} of ${run.totalIterations} (${run.iterationsPerEpoch} an epoch)`,
    ],
    ...failure,
    ['folder', directory],
    ['created', run.created],
    ['updated', run.updated],
    [
      'data',
      `${data.trainExamples} training and ${data.testExamples} test examples of ${data.inputShape.join('×')}, ${data.classes} classes, SHA-256 ${data.digest}`,
    ],
    ['parameters', String(run.parameters)],
  ];
}

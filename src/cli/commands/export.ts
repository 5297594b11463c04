import {
  defaultRunsDirectory,
  exportRun as exportRecords,
  openRun,
  resolveRunId,
  type ExportFormat,
} from '../../store/index.ts';
import { writeLine, type Io } from '../io.ts';

export interface ExportOptions {
  readonly runs?: string;
  readonly format: ExportFormat;
  readonly out?: string;
  readonly own?: boolean;
}

/** `thalweg export <run>`; `--out -` is standard output, and then nothing else is written there. */
export async function exportRun(run: string, options: ExportOptions, io: Io): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const reader = openRun(runsDirectory, resolveRunId(runsDirectory, run), {
    part: options.own === true ? 'own' : 'all',
  });
  try {
    const toStdout = options.out === '-';
    const { rows, files } = await exportRecords(reader, options.format, toStdout ? io.stdout : (options.out ?? '.'));
    writeLine(toStdout ? io.stderr : io.stdout, `${rows} records${toStdout ? '' : ` in ${files.join(', ')}`}`);
  } finally {
    reader.close();
  }
  return 0;
}

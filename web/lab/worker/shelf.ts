import type { MetricRecord } from '../../../src/contract/index.ts';
import type { RunReader } from '../../../src/store/core/index.ts';
import type { ShelfAnswers, ShelfRequest } from '../src/lib/messages.ts';
import { heldFiles, takeFiles } from './shelf-files.ts';
import type { LabRuns } from './store/runs.ts';

/** Does what the page asks of its runs and files. `openRuns` opens the storage of runs, which one tab has at a time. */
export async function answer(
  openRuns: () => Promise<LabRuns>,
  request: ShelfRequest,
): Promise<ShelfAnswers[keyof ShelfAnswers]> {
  if (request.kind === 'files') return heldFiles();
  if (request.kind === 'take') return takeFiles(request.files);
  const runs = await openRuns();
  switch (request.kind) {
    case 'list':
      return runs.list();
    case 'open':
      return opened(runs, request.run);
    case 'remove':
      return runs.remove(request.run);
    case 'export':
      return runs.export(request.run);
    case 'import':
      return runs.import(request.zip);
  }
}

function opened(runs: LabRuns, run: string): ShelfAnswers['open'] {
  const reader = runs.openReader(run);
  try {
    return { file: reader.file(), records: recordsOf(reader) };
  } finally {
    reader.close();
  }
}

/** All records, series by series, each in its order. */
function recordsOf(reader: RunReader): MetricRecord[] {
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return reader.recorded().flatMap((series) => {
    const { length, iteration, coordinate, value, standardError, examples } = reader.records(series);
    return Array.from({ length }, (_, row) => ({
      series,
      iteration: iteration[row]!,
      coordinate: orNull(coordinate[row]!),
      value: value[row]!,
      standardError: standardError[row]!,
      examples: orNull(examples[row]!),
    }));
  });
}

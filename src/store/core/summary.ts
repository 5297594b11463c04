import { clockOf, type RunSummary, type SeriesName } from '../../contract/index.ts';
import type { SeriesColumns } from './columns.ts';
import type { RunReader } from './run-reader.ts';

/**
 * The figures of a run, from its records: the last loss, accuracy (share) and distance; the number of interpolated updates
 * and of those with a barrier above 0; the mean height above the valley floor (nat, over the interpolated updates). Null
 * where nothing was recorded, or where the figure is not a finite number. `seconds` and `probes` cannot be read off records:
 * they are those of the summary in `run.json`, or 0 and none.
 */
export function summarise(reader: RunReader): RunSummary {
  const file = reader.file();
  const barriers = reader.records('interpolation.barrier');
  const last = (name: SeriesName): number | null => lastValue(reader.records(name));
  const interpolated = barriers.length > 0;
  return {
    iterations: file.iteration,
    epochs: clockOf(file).epochs(file.iteration),
    trainLoss: last('train.loss'),
    trainAccuracy: last('train.accuracy'),
    validationLoss: last('validation.loss'),
    validationAccuracy: last('validation.accuracy'),
    testLoss: last('test.loss'),
    testAccuracy: last('test.accuracy'),
    barriers: interpolated ? barriers.value.filter((height) => height > 0).length : null,
    interpolated: interpolated ? barriers.length : null,
    meanHeight: mean(reader.records('interpolation.height').value),
    distance: last('parameters.distance'),
    seconds: file.summary?.seconds ?? 0,
    probes: file.summary?.probes ?? [],
  };
}

const finiteOrNull = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

const lastValue = (columns: SeriesColumns): number | null => finiteOrNull(columns.value.at(-1));

const mean = (values: Float64Array): number | null =>
  finiteOrNull(values.reduce((sum, value) => sum + value, 0) / values.length);

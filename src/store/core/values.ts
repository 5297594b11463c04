import type { RunFile, SeriesName, SeriesValues, ValuesChanges } from '../../contract/index.ts';
import type { SeriesPoints } from './columns.ts';
import type { Metrics } from './metrics-reader.ts';
import type { RunReader } from './run-reader.ts';

/** The records of a series: from blocks, or, where some are estimates, which blocks do not know, from rows. */
export function valuesSince(metrics: Metrics, name: SeriesName, since = 0): ValuesChanges {
  const { points, rewound, newest } = metrics.points([name], since);
  // Asked afterwards: what came meanwhile is not among the points.
  if (metrics.isExact(name)) return { rewound, newest, values: exactly(points.get(name) ?? nothing) };
  const { length, iteration, coordinate, value, standardError, examples } = metrics.records(name, {
    afterSeq: since,
    toSeq: newest,
  });
  return { rewound, newest, values: { length, iteration, coordinate, value, standardError, examples } };
}

const none = new Float64Array(0);
const nothing: SeriesPoints = { length: 0, iteration: none, coordinate: none, value: none };

const exactly = (points: SeriesPoints): SeriesValues => ({
  ...points,
  standardError: new Array<null>(points.length).fill(null),
  examples: new Float64Array(points.length).fill(NaN),
});

/** A run as figures read it: without the places of its records, which cost more than everything else. */
export const figureSource = (
  run: Pick<RunReader, 'file' | 'values'>,
): { file(): RunFile; records(series: SeriesName): SeriesValues } => ({
  file: () => run.file(),
  records: (series) => run.values(series).values,
});

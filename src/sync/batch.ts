import { z } from 'zod';
import { messageOf, ThalwegError } from '../base/index.ts';
import { decodeBinaryAnswer, encodeBinaryAnswer, isSeriesName, type SeriesName } from '../contract/index.ts';
import type { HistoryPage } from '../store/index.ts';

/** The largest pieces in which a run travels. */
export const batchLimits = {
  /** Records of a page, and as many rewinds and points of its clock. */
  rows: 8192,
  /** Bytes of a piece of the log. */
  log: 1 << 18,
  /** Bytes of an encoded page: eight columns of records and four others, with room for its header. */
  bytes: 8192 * 8 * 12 + (1 << 16),
  /** Bytes of `run.json`. */
  file: 1 << 20,
} as const;

const whole = z.int().nonnegative();
const headerSchema = z.strictObject({
  from: whole,
  to: whole,
  series: z.array(z.string()),
  clockFrom: whole,
  isLast: z.boolean(),
});

/** A page as bytes: the form of `encodeBinaryAnswer`, with the series by name, since another program may number them in another way. */
export function encodePage({ from, to, records, rewinds, clock, isLast }: HistoryPage): Uint8Array<ArrayBuffer> {
  const series = [...new Set(records.series)];
  const numbers = new Map(series.map((name, number) => [name, number]));
  const header = { from, to, series, clockFrom: clock.from, isLast } satisfies z.infer<typeof headerSchema>;
  const { seq, iteration, coordinate, value, standardError, isEstimate, examples } = records;
  const numbered = Float64Array.from(records.series, (name) => numbers.get(name)!);
  return encodeBinaryAnswer({
    header,
    columns: [
      ...[seq, numbered, iteration, coordinate, value, standardError, isEstimate, examples],
      ...[rewinds.seq, rewinds.iteration, clock.iteration, clock.seconds],
    ],
  });
}

/**
 * The page that {@link encodePage} made. Everything is checked that a database is to rely on: sizes, whole numbers, the order
 * of the sequence. Throws `BATCH_INVALID`.
 */
export function decodePage(bytes: Uint8Array): HistoryPage {
  const { header, columns } = unframed(bytes);
  if (columns.length !== 12) throw invalid('12 columns', `${columns.length}`);
  const [seq, numbered, iteration, coordinate, value, standardError, isEstimate, examples, ...others] = columns;
  const [rewindSeq, rewindIteration, clockIteration, clockSeconds] = others;
  const page: HistoryPage = {
    from: header.from,
    to: header.to,
    records: {
      seq: seq!,
      series: Array.from(numbered!, namesOf(header.series)),
      iteration: iteration!,
      coordinate: coordinate!,
      value: value!,
      standardError: standardError!,
      isEstimate: isEstimate!,
      examples: examples!,
    },
    rewinds: { seq: rewindSeq!, iteration: rewindIteration! },
    clock: { from: header.clockFrom, iteration: clockIteration!, seconds: clockSeconds! },
    isLast: header.isLast,
  };
  checkColumns(page);
  checkOrder(page);
  return page;
}

interface Frame {
  readonly header: z.infer<typeof headerSchema>;
  readonly columns: readonly Float64Array<ArrayBuffer>[];
}

function unframed(bytes: Uint8Array): Frame {
  try {
    // A copy of its own: columns begin at multiples of 8, which a piece of a larger buffer need not.
    const { header, columns } = decodeBinaryAnswer(new Uint8Array(bytes).buffer);
    return { header: headerSchema.parse(header), columns: columns.map((column) => new Float64Array(column)) };
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? cause.issues[0]!.message : messageOf(cause);
    throw new ThalwegError('BATCH_INVALID', `page: expected records as a worker sends them, got: ${reason}`, { cause });
  }
}

function namesOf(names: readonly string[]): (number: number) => SeriesName {
  const known = names.filter(isSeriesName);
  const unknown = names.find((name) => !isSeriesName(name));
  if (unknown !== undefined) throw invalid('series of this version', JSON.stringify(unknown));
  return (number) => {
    const name = known[number];
    if (name === undefined) throw invalid(`one of ${known.length} series`, `number ${number}`);
    return name;
  };
}

function checkColumns({ records, rewinds, clock }: HistoryPage): void {
  for (const group of [records, rewinds, { iteration: clock.iteration, seconds: clock.seconds }]) {
    const lengths = Object.values(group).map((column) => column.length);
    if (new Set(lengths).size > 1) throw invalid('columns of one length', lengths.join(', '));
    if (lengths[0]! > batchLimits.rows) throw invalid(`at most ${batchLimits.rows} rows`, `${lengths[0]}`);
  }
  for (const column of [records.seq, records.iteration, rewinds.seq, rewinds.iteration, clock.iteration])
    each(column, isWhole, 'a whole number');
  each(records.examples, (value) => Number.isNaN(value) || isWhole(value), 'a number of examples');
  each(records.isEstimate, (value) => value === 0 || value === 1, '0 or 1');
  each(clock.seconds, (value) => value >= 0 && Number.isFinite(value), 'seconds');
}

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function each(column: Float64Array, isRight: (value: number) => boolean, expected: string): void {
  for (let row = 0; row < column.length; row++)
    if (!isRight(column[row]!)) throw invalid(expected, `${column[row]} in row ${row}`);
}

/** Records and rewinds share one sequence, which ends at `to`; what a rewind withdraws was not sent. */
function checkOrder({ from, to, records, rewinds, clock }: HistoryPage): void {
  ascending(records.seq, from + 1, 'records');
  ascending(rewinds.seq, from + 1, 'rewinds');
  ascending(clock.iteration, clock.from, 'iterations of the clock');
  const rewound = new Set(rewinds.seq);
  if (records.seq.some((seq) => rewound.has(seq))) throw invalid('a place for each record and rewind', 'one for two');
  const last = Math.max(from, records.seq.at(-1) ?? 0, rewinds.seq.at(-1) ?? 0);
  if (last !== to) throw invalid(`an end at ${to}`, `${last}`);
  rewinds.seq.forEach((seq, row) => {
    const iteration = rewinds.iteration[row]!;
    for (let at = 0; at < records.seq.length && records.seq[at]! < seq; at++)
      if (records.iteration[at]! >= iteration)
        throw invalid(`no record of ${iteration} or later before its rewind`, 'one');
  });
}

function ascending(column: Float64Array, first: number, subject: string): void {
  let least = first;
  for (const value of column) {
    if (value < least) throw invalid(`${subject} in ascending order from ${first}`, `${value} after ${least - 1}`);
    least = value + 1;
  }
}

const invalid = (expected: string, got: string): ThalwegError =>
  new ThalwegError('BATCH_INVALID', `page: expected ${expected}, got ${got}`);

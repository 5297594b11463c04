import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { SeriesPoints } from './columns.ts';

/** Records of a series that are packed together. */
export const blockSize = 512;

const insertBlock = `INSERT INTO block (series, previous_seq, last_seq, last_iteration, count, points) VALUES (?, ?, ?, ?, ?, ?)`;
const selectRows = `SELECT seq, iteration, coordinate, value FROM record
  WHERE series = ? AND seq > ? AND seq <= ? ORDER BY seq`;
const last = Number.MAX_SAFE_INTEGER;

/** Seq, iteration, coordinate and value of a record. NULL as a value is NaN, as a coordinate "none". */
type PointRow = readonly [number, number, number | null, number | null];
/** Previous seq, last seq, count and points of a block. */
type BlockRow = readonly [number, number, number, Uint8Array];

/** A block that is not full yet. */
interface OpenBlock {
  /** The place of the last record of the series before the block. */
  previousSeq: number;
  lastSeq: number;
  lastIteration: number;
  count: number;
  hasCoordinates: boolean;
  readonly columns: Float64Array<ArrayBuffer>;
}

/**
 * Packs what is recorded into blocks of {@link blockSize} records of a series, from which a curve is read a hundred times
 * faster than from rows. They say nothing that the rows do not say: a reader takes rows where there is no block yet. A block is
 * three columns of float64 (iteration, value, and coordinate where one of its records has any), NaN for "none".
 */
export class BlockWriter {
  readonly #rows: StatementSyncInstance;
  readonly #insert: StatementSyncInstance;
  readonly #last: StatementSyncInstance;
  readonly #open = new Map<number, OpenBlock>();

  constructor(database: DatabaseSyncInstance) {
    this.#rows = database.prepare(selectRows);
    this.#rows.setReturnArrays(true);
    this.#insert = database.prepare(insertBlock);
    this.#last = database.prepare('SELECT coalesce(max(last_seq), 0) AS seq FROM block WHERE series = ?');
  }

  /** Adds a record that is about to be written, within that transaction. */
  add(series: number, seq: number, iteration: number, coordinate: number | null, value: number): void {
    const block = this.#open.get(series) ?? this.#reopen(series);
    this.#push(series, block, [seq, iteration, coordinate, value]);
  }

  /** Forgets what it holds of records that were not written, or were withdrawn: it is read again when needed. */
  forget(): void {
    this.#open.clear();
  }

  /** The open block of a series as its rows have it; packs what was recorded before there were blocks. */
  #reopen(series: number): OpenBlock {
    const { seq } = this.#last.get(series) as { seq: number };
    const block = emptyBlock(seq);
    this.#open.set(series, block);
    for (const row of this.#rows.iterate(series, seq, last) as Iterable<PointRow>) this.#push(series, block, row);
    return block;
  }

  #push(series: number, block: OpenBlock, [seq, iteration, coordinate, value]: PointRow): void {
    const { columns, count } = block;
    columns[count] = iteration;
    // A sum with 0 makes 0 of −0, which the rows do not know either.
    columns[blockSize + count] = (value ?? NaN) + 0;
    columns[2 * blockSize + count] = (coordinate ?? NaN) + 0;
    block.hasCoordinates ||= coordinate !== null;
    block.lastSeq = seq;
    block.lastIteration = Math.max(block.lastIteration, iteration);
    if (++block.count < blockSize) return;
    const points = new Uint8Array(columns.buffer, 0, (block.hasCoordinates ? 3 : 2) * blockSize * 8);
    this.#insert.run(series, block.previousSeq, seq, block.lastIteration, blockSize, points);
    this.#open.set(series, Object.assign(block, emptyBlock(seq), { columns }));
  }
}

const emptyBlock = (previousSeq: number): OpenBlock => ({
  previousSeq,
  lastSeq: previousSeq,
  lastIteration: 0,
  count: 0,
  hasCoordinates: false,
  columns: new Float64Array(3 * blockSize),
});

/** Reads points of a series: from blocks where there are, else from rows. */
export class BlockReader {
  readonly #rows: StatementSyncInstance;
  readonly #blocks: StatementSyncInstance;

  constructor(database: DatabaseSyncInstance) {
    this.#rows = database.prepare(selectRows);
    this.#blocks = database.prepare(
      'SELECT previous_seq, last_seq, count, points FROM block WHERE series = ? AND last_seq > ? ORDER BY last_seq',
    );
    for (const statement of [this.#rows, this.#blocks]) statement.setReturnArrays(true);
  }

  /** The points after a place in the sequence, in the order in which they were recorded. To be called in a transaction. */
  points(series: number, afterSeq: number): SeriesPoints {
    const parts: (BlockRow | readonly PointRow[])[] = [];
    let seq = afterSeq;
    for (const block of this.#blocks.all(series, afterSeq) as BlockRow[]) {
      const [previousSeq, lastSeq] = block;
      // The block in which `afterSeq` lies, or a stretch that a withdrawn block leaves behind.
      if (previousSeq < afterSeq) parts.push(this.#rowsOf(series, afterSeq, lastSeq));
      else {
        if (previousSeq > seq) parts.push(this.#rowsOf(series, seq, previousSeq));
        parts.push(block);
      }
      seq = lastSeq;
    }
    parts.push(this.#rowsOf(series, seq, last));
    return joined(parts);
  }

  #rowsOf(series: number, after: number, to: number): PointRow[] {
    return this.#rows.all(series, after, to) as PointRow[];
  }
}

const isBlock = (part: BlockRow | readonly PointRow[]): part is BlockRow => part[3] instanceof Uint8Array;

function joined(parts: readonly (BlockRow | readonly PointRow[])[]): SeriesPoints {
  const length = parts.reduce((sum, part) => sum + (isBlock(part) ? part[2] : part.length), 0);
  const iteration = new Float64Array(length);
  const coordinate = new Float64Array(length);
  const value = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    if (isBlock(part)) {
      const [, , count, points] = part;
      const column = (index: number): Uint8Array => points.subarray(index * count * 8, (index + 1) * count * 8);
      bytesOf(iteration, at, count).set(column(0));
      bytesOf(value, at, count).set(column(1));
      if (points.length > 2 * count * 8) bytesOf(coordinate, at, count).set(column(2));
      else coordinate.fill(NaN, at, at + count);
      at += count;
      continue;
    }
    for (const row of part) {
      iteration[at] = row[1];
      coordinate[at] = row[2] ?? NaN;
      value[at++] = row[3] ?? NaN;
    }
  }
  return { length, iteration, coordinate, value };
}

const bytesOf = ({ buffer }: Float64Array<ArrayBuffer>, row: number, count: number): Uint8Array =>
  new Uint8Array(buffer, row * 8, count * 8);

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { recordColumnsSchema, runFileSchema, type MetricRecord } from '../../src/contract/index.ts';
import { csvField } from '../../src/base/index.ts';
import { createRun, exportRun, openRun, type NewRun, type RunReader } from '../../src/store/index.ts';
import { newRun, record, rejectionOf, temporaryFolder } from './fixtures.ts';

const sample = [
  record('interpolation.loss', 20, 1 / 3, { coordinate: 0.1, standardError: 1e-17, examples: 60_000 }),
  record('batch.loss', 0, NaN),
  record('batch.loss', 1, Infinity),
  record('batch.loss', 2, -Infinity, { standardError: NaN, examples: 2 ** 40 }),
];

function readerOf(records: readonly MetricRecord[], changes: Partial<NewRun> = {}): RunReader {
  const runs = temporaryFolder();
  const writer = createRun(runs, newRun({ id: 'sample', ...changes }));
  writer.append(records);
  writer.close();
  return openRun(runs, 'sample');
}

describe('an export', () => {
  it('as CSV has a header and a row a record, by series, with CRLF, exact numbers and empty fields', async () => {
    const out = join(temporaryFolder(), 'x.csv');
    expect(await exportRun(readerOf(sample), 'csv', out)).toEqual({ rows: 4, files: [out] });
    expect(readFileSync(out, 'utf8').split('\r\n')).toEqual([
      'series,iteration,epoch,coordinate,value,standard_error,examples',
      'batch.loss,0,0,,NaN,,',
      'batch.loss,1,0.025,,Infinity,,',
      'batch.loss,2,0.05,,-Infinity,NaN,1099511627776',
      'interpolation.loss,20,0.5,0.1,0.3333333333333333,1e-17,60000',
      '',
    ]);
  });

  it('counts epochs whose length changes', async () => {
    const out = join(temporaryFolder(), 'x.json');
    const epochChanges = [{ iteration: 1, epoch: 1, iterationsPerEpoch: 4 }];
    await exportRun(readerOf(sample, { epochChanges }), 'json', out);
    const { series } = JSON.parse(readFileSync(out, 'utf8')) as { series: Record<string, { epoch: number[] }> };
    expect(series['batch.loss']!.epoch).toEqual([0, 1, 1.25]);
  });

  it('quotes CSV fields with commas, quotes or line breaks', () => {
    expect(['plain', 'a,b', 'say "x"', 'two\nlines', 1.5].map(csvField)).toEqual([
      'plain',
      '"a,b"',
      '"say ""x"""',
      '"two\nlines"',
      '1.5',
    ]);
  });

  it('as JSON holds the run file and every column, in the form of the contract', async () => {
    const out = join(temporaryFolder(), 'x.json');
    await exportRun(readerOf(sample), 'json', out);
    const document = JSON.parse(readFileSync(out, 'utf8')) as {
      run: unknown;
      series: Record<string, { epoch: number[] }>;
    };
    expect(runFileSchema.parse(document.run).id).toBe('sample');
    expect(Object.keys(document.series)).toEqual(['batch.loss', 'interpolation.loss']);
    const { epoch, ...columns } = document.series['batch.loss']!;
    expect(epoch).toEqual([0, 0.025, 0.05]);
    expect(recordColumnsSchema.parse(columns)).toEqual({
      seq: [2, 3, 4],
      iteration: [0, 1, 2],
      coordinate: [null, null, null],
      value: ['NaN', 'Infinity', '-Infinity'],
      standardError: [null, null, 'NaN'],
      examples: [null, null, 2 ** 40],
    });
  });

  it('as Parquet is read by a Parquet reader with its types, nulls and the run file', async () => {
    const out = join(temporaryFolder(), 'x.parquet');
    expect((await exportRun(readerOf(sample), 'parquet', out)).rows).toBe(4);
    const bytes = readFileSync(out);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const none = { coordinate: null, standard_error: null, examples: null };
    expect(await parquetReadObjects({ file })).toEqual([
      { series: 'batch.loss', iteration: 0n, epoch: 0, value: NaN, ...none },
      { series: 'batch.loss', iteration: 1n, epoch: 0.025, value: Infinity, ...none },
      {
        series: 'batch.loss',
        iteration: 2n,
        epoch: 0.05,
        value: -Infinity,
        coordinate: null,
        standard_error: NaN,
        examples: 2n ** 40n,
      },
      {
        series: 'interpolation.loss',
        iteration: 20n,
        epoch: 0.5,
        value: 1 / 3,
        coordinate: 0.1,
        standard_error: 1e-17,
        examples: 60_000n,
      },
    ]);
    const metadata = parquetMetadata(file);
    expect(metadata.schema.slice(1).map(({ name, type, repetition_type }) => [name, type, repetition_type])).toEqual([
      ['series', 'BYTE_ARRAY', 'REQUIRED'],
      ['iteration', 'INT64', 'REQUIRED'],
      ['epoch', 'DOUBLE', 'REQUIRED'],
      ['coordinate', 'DOUBLE', 'OPTIONAL'],
      ['value', 'DOUBLE', 'REQUIRED'],
      ['standard_error', 'DOUBLE', 'OPTIONAL'],
      ['examples', 'INT64', 'OPTIONAL'],
    ]);
    const run = metadata.key_value_metadata?.find(({ key }) => key === 'thalweg.run')?.value;
    expect(runFileSchema.parse(JSON.parse(run ?? '')).id).toBe('sample');
  });

  it('leaves nothing out of a long series, in every format', async () => {
    const records = Array.from({ length: 3001 }, (_, index) => record('batch.loss', index, index / 7));
    const reader = readerOf(records);
    const folder = temporaryFolder();
    for (const format of ['csv', 'json', 'parquet'] as const) {
      expect((await exportRun(reader, format, folder)).rows).toBe(3001);
    }
    expect(readdirSync(folder).sort()).toEqual(['sample.csv', 'sample.json', 'sample.parquet']);
    const values = records.map(({ value }) => value);
    const rows = readFileSync(join(folder, 'sample.csv'), 'utf8').trimEnd().split('\r\n').slice(1);
    expect(rows.map((row) => Number(row.split(',')[4]))).toEqual(values);
    const parquet = Uint8Array.from(readFileSync(join(folder, 'sample.parquet'))).buffer;
    expect((await parquetReadObjects({ file: parquet })).map((row) => row['value'] as number)).toEqual(values);
  });

  it('goes to a stream, which stays open, and to a device without replacing it', async () => {
    const reader = readerOf(sample);
    const stream = new PassThrough();
    expect(await exportRun(reader, 'csv', stream)).toEqual({ rows: 4, files: [] });
    expect(stream.writable).toBe(true);
    stream.end('end');
    expect((await stream.toArray()).join('')).toMatch(/^series,[^]*60000\r\nend$/);
    expect(await exportRun(reader, 'csv', '/dev/null')).toEqual({ rows: 4, files: ['/dev/null'] });
    expect((await rejectionOf(exportRun(reader, 'csv', '/dev/full'))).message).toContain('ENOSPC');
  });

  it('says what is wrong, and leaves an older file as it was', async () => {
    const reader = readerOf(sample);
    const folder = temporaryFolder();
    const file = join(folder, 'x.csv');
    writeFileSync(file, 'older');
    expect(await rejectionOf(exportRun(reader, 'csv', join(file, 'below.csv')))).toMatchObject({
      code: 'STORE_FAILED',
    });
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('closed')) });
    expect(await rejectionOf(exportRun(reader, 'json', broken))).toEqual({
      code: 'STORE_FAILED',
      message: 'export: could not be written: closed',
    });
    const empty = await rejectionOf(exportRun(readerOf([]), 'csv', file));
    expect(empty).toEqual({ code: 'NO_DATA', message: 'run sample: expected records to export, got none yet' });
    rmSync(join(reader.directory, 'metrics.db'));
    const fresh = openRun(join(reader.directory, '..'), 'sample');
    expect(await rejectionOf(exportRun(fresh, 'csv', file))).toMatchObject({ code: 'RUN_INVALID' });
    expect(readFileSync(file, 'utf8')).toBe('older');
    expect(readdirSync(folder)).toEqual(['x.csv']);
  });
});

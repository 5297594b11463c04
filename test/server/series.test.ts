import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  decodeCurveWindow,
  decodeValues,
  type CurveParts,
  type CurveWindow,
  type MetricRecord,
} from '../../src/contract/index.ts';
import { curveOf, decimate } from '../../src/figures/index.ts';
import { createServer } from '../../src/server/index.ts';
import { SeriesCache } from '../../src/server/series/index.ts';
import { createRun, openRun, type RunWriter } from '../../src/store/index.ts';
import { syntheticRunFile } from '../figures/synthetic-walk.ts';
import { shortWalk, startRun, temporaryRuns } from './served-run.ts';

const point = (
  series: MetricRecord['series'],
  iteration: number,
  value: number,
  coordinate: number | null = null,
): MetricRecord => ({ series, iteration, coordinate, value, standardError: null, examples: null });

function serve(runsDirectory: string): FastifyInstance {
  const server = createServer({ runsDirectory, pageDirectory: join(runsDirectory, 'no-page') });
  onTestFinished(() => server.close());
  return server;
}

async function windowFrom(server: FastifyInstance, address: string): Promise<CurveWindow> {
  const { statusCode, rawPayload, payload } = await server.inject(`/api/runs/run-1/curves/${address}`);
  if (statusCode !== 200) throw new Error(payload);
  return decodeCurveWindow(Uint8Array.from(rawPayload).buffer);
}

const error = (response: { json(): unknown }) =>
  (response.json() as { error: { code: string; message: string } }).error;

/** A walk with gaps, NaN and ∞, in `iterations` updates of three points; every fifth hundred is not interpolated. */
function recordWalk(writer: RunWriter, from: number, to: number): void {
  for (let t = from; t < to; t++) {
    if (t % 500 >= 400) continue;
    const height = t % 61 === 7 ? NaN : t % 97 === 5 ? Infinity : Math.sin(t * 12.9898) * 43758.5453;
    writer.append([0, 0.25, 0.5].map((alpha) => point('interpolation.loss', t, height + alpha, alpha)));
  }
  writer.flush();
}

/** Smallest and largest value, first and last finite one, and whether there is a gap, of each column of pixels. */
function columnsOf({ x, y }: { x: Float64Array; y: Float64Array }, from: number, to: number, pixels: number) {
  const columns = new Map<number, { low: number; high: number; first: number; last: number; gap: boolean }>();
  x.forEach((at, row) => {
    const column = Math.max(-1, Math.min(pixels, Math.floor((at - from) * (pixels / (to - from)))));
    const of = columns.get(column) ?? { low: Infinity, high: -Infinity, first: NaN, last: NaN, gap: false };
    const value = y[row]!;
    if (!Number.isFinite(value)) of.gap = true;
    else {
      of.low = Math.min(of.low, value);
      of.high = Math.max(of.high, value);
      of.first = Number.isNaN(of.first) ? value : of.first;
      of.last = value;
    }
    columns.set(column, of);
  });
  return columns;
}

describe('a window of a curve', () => {
  it('shows of each pixel what all records show: minimum, maximum, ends and gaps', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    recordWalk(writer, 0, 2000);
    const server = serve(runs);
    const run = openRun(runs, 'run-1');
    const all = curveOf(run.records('interpolation.loss'), 'consecutive');
    run.close();
    const edge = fc.double({ min: -10, max: 2010, noNaN: true });
    await fc.assert(
      fc.asyncProperty(edge, edge, fc.integer({ min: 1, max: 800 }), async (one, other, pixels) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other) + 0.01];
        const window = await windowFrom(server, `interpolation.loss?from=${from}&to=${to}&pixels=${pixels}`);
        const expected = decimate({ ...all, length: all.x.length }, from, to, pixels);
        expect(columnsOf(window, from, to, pixels)).toEqual(columnsOf(expected, from, to, pixels));
        expect(window.length).toBeLessThanOrEqual(10 * (pixels + 2));
      }),
      { numRuns: 60 },
    );
  });

  it('counts what no line can show, and tells a break from a NaN', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    const values = [1, NaN, -1, Infinity, 0, -Infinity, 3];
    writer.append(values.map((value, t) => point('interpolation.loss', t < 4 ? t : t + 5, value, 0)));
    writer.flush();
    const window = await windowFrom(serve(runs), 'interpolation.loss');
    expect([...window.y]).toEqual([1, NaN, -1, Infinity, NaN, 0, -Infinity, 3]);
    expect([...window.iteration]).toEqual([0, 1, 2, 3, NaN, 9, 10, 11]);
    expect(window).toMatchObject({
      points: 7,
      inWindow: 7,
      notANumber: 1,
      infinite: 1,
      negativeInfinite: 1,
      notPositive: 2,
    });
    expect(window).toMatchObject({ first: 0, last: 11, unplaced: 0, newest: 7 });
  });

  it('keeps the marks of every kind in a column that has many points', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    const odd = new Map([
      [400, NaN],
      [401, Infinity],
      [402, -Infinity],
      [403, -5],
    ]);
    for (let t = 0; t < 1000; t++) writer.append([point('batch.loss', t, odd.get(t) ?? 2 + Math.sin(t))]);
    writer.flush();
    const server = serve(runs);
    const kept = async (query: string): Promise<number[]> => {
      const { iteration } = await windowFrom(server, `batch.loss?pixels=2${query}`);
      return [...odd.keys()].filter((t) => iteration.includes(t));
    };
    expect(await kept('')).toEqual([400, 401, 402, 403]);
    const { y } = await windowFrom(server, 'batch.loss?pixels=2&yScale=log');
    expect(Math.min(...y.filter((value) => value > 0))).toBeCloseTo(1, 4);
    expect(await kept('&yScale=log')).toEqual([400, 401, 402, 403]);
  });

  it('on a logarithmic axis has columns of equal width there, and counts what has no place', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    for (let t = 0; t < 10_000; t++) writer.append([point('batch.loss', t, Math.cos(t))]);
    writer.flush();
    const window = await windowFrom(serve(runs), 'batch.loss?pixels=40&xScale=log');
    expect(window).toMatchObject({ points: 10_000, unplaced: 1, first: 1, inWindow: 9999 });
    const early = window.x.filter((x) => x < 100).length;
    expect(early).toBeGreaterThan(20);
    expect(early).toBeLessThan(100);
  });

  it('follows records and rewinds while a run goes on, and forgets a run that is gone', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    const server = serve(runs);
    const xs = async (): Promise<number[]> => [...(await windowFrom(server, 'batch.loss')).x];
    writer.append([0, 1, 2].map((t) => point('batch.loss', t, t)));
    writer.flush();
    expect(await xs()).toEqual([0, 1, 2]);
    writer.append([point('batch.loss', 3, 3)]);
    writer.flush();
    expect(await xs()).toEqual([0, 1, 2, 3]);
    writer.rewind(1);
    writer.append([point('batch.loss', 1, 10)]);
    writer.flush();
    expect([...(await windowFrom(server, 'batch.loss')).y]).toEqual([0, 10]);
    writer.close();
    rmSync(join(runs, 'run-1'), { recursive: true });
    const gone = await server.inject('/api/runs/run-1/curves/batch.loss');
    expect([gone.statusCode, error(gone).code]).toEqual([404, 'RUN_NOT_FOUND']);
    const other = createRun(runs, syntheticRunFile('run-1', shortWalk));
    other.append([point('batch.loss', 0, 7)]);
    other.close();
    expect([...(await windowFrom(server, 'batch.loss')).y]).toEqual([7]);
  });

  it('can be of one coordinate', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    for (let t = 0; t < 3; t++) writer.append([1, 2].map((rank) => point('update.tensorSize', t, 10 * rank + t, rank)));
    writer.flush();
    const server = serve(runs);
    expect([...(await windowFrom(server, 'update.tensorSize?coordinate=2')).y]).toEqual([20, 21, 22]);
    expect([...(await windowFrom(server, 'update.tensorSize')).x]).toEqual([0, 0, 1, 1, 2, 2]);
    const parts = (await server.inject('/api/runs/run-1/curves/update.tensorSize/parts')).json<CurveParts>();
    expect(parts.coordinates).toEqual([
      { coordinate: 1, count: 3 },
      { coordinate: 2, count: 3 },
    ]);
  });

  it('stands over epochs, seconds of work or the length of the path', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    for (let t = 0; t <= 40; t += 10) {
      writer.append([point('parameters.pathLength', t, t / 5), point('train.loss', t, t)]);
      writer.flush({ iteration: t, seconds: t < 20 ? t : 2 * t - 20 });
    }
    writer.append([point('train.loss', 45, 45)]);
    writer.flush();
    const server = serve(runs);
    const over = async (x: string): Promise<[number[], number]> => {
      const window = await windowFrom(server, `train.loss?x=${x}`);
      return [[...window.x], window.unplaced];
    };
    expect(await over('epoch')).toEqual([[0, 0.5, 1, 1.5, 2, 2.25], 0]);
    expect(await over('time')).toEqual([[0, 10, 20, 40, 60], 1]);
    expect(await over('path')).toEqual([[0, 2, 4, 6, 8], 1]);
  });

  it('says which axis a run has not recorded', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.append([point('train.loss', 0, 1)]);
    writer.flush();
    const server = serve(runs);
    const refusal = async (x: string) => error(await server.inject(`/api/runs/run-1/curves/train.loss?x=${x}`));
    expect((await refusal('path')).message).toContain('expected records of parameters.pathLength');
    expect((await refusal('time')).message).toContain('expected the time of its iterations');
    expect((await refusal('time')).code).toBe('NO_DATA');
    expect((await refusal('days')).code).toBe('USAGE');
  });

  it('is empty for a series without records, and beyond what was recorded', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.append([point('train.loss', 0, 1)]);
    writer.flush();
    const server = serve(runs);
    expect(await windowFrom(server, 'test.loss')).toMatchObject({ length: 0, points: 0, first: NaN, newest: 1 });
    expect(await windowFrom(server, 'train.loss?from=5&to=9')).toMatchObject({ inWindow: 0, points: 1 });
  });
});

describe('the parts of a series', () => {
  it('are the recorded iterations of each epoch', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    for (const t of [0, 1, 2, 19, 20, 47]) writer.append([point('interpolation.loss', t, 1, 0)]);
    writer.flush();
    const parts = (await serve(runs).inject('/api/runs/run-1/curves/interpolation.loss/parts')).json<CurveParts>();
    expect(parts.epochs).toEqual([
      { epoch: 1, from: 0, to: 20 },
      { epoch: 2, from: 20, to: 21 },
      { epoch: 3, from: 47, to: 48 },
    ]);
  });
});

describe('the values of a series', () => {
  it('are those of the store, all of them or what came since, with standard errors', async () => {
    const runs = temporaryRuns();
    const writer = createRun(runs, syntheticRunFile('run-1', shortWalk));
    onTestFinished(() => writer.close());
    recordWalk(writer, 0, 300);
    writer.append([{ ...point('noise.trace', 3, 2), standardError: 0.5, examples: 100 }, point('noise.trace', 4, NaN)]);
    writer.flush();
    const server = serve(runs);
    const ask = async (address: string) =>
      decodeValues(Uint8Array.from((await server.inject(`/api/runs/run-1/values/${address}`)).rawPayload).buffer);
    for (const series of ['interpolation.loss', 'noise.trace'] as const)
      expect(await ask(series)).toEqual(writer.reader().values(series));
    const { newest } = await ask('interpolation.loss');
    recordWalk(writer, 300, 310);
    const later = await ask(`interpolation.loss?after=${newest}`);
    expect([later.values.length, later.rewound]).toEqual([30, Infinity]);
    expect((await server.inject('/api/runs/run-1/values/noise.trace?after=-1')).statusCode).toBe(400);
    expect((await server.inject('/api/runs/nobody/values/noise.trace')).statusCode).toBe(404);
  });
});

describe('the CSV of a series', () => {
  it('has every record between two iterations with every digit', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    for (let t = 0; t < 12_000; t++) writer.append([point('batch.loss', t, t === 11_000 ? NaN : Math.sin(t))]);
    writer.flush();
    const server = serve(runs);
    const lines = async (query: string): Promise<string[]> =>
      (await server.inject(`/api/runs/run-1/series/batch.loss/records.csv${query}`)).body.trimEnd().split('\r\n');
    const all = await lines('');
    expect(all).toHaveLength(12_001);
    expect(all[1 + 11_000]).toBe('batch.loss,11000,550,,NaN,,');
    expect(all[2]).toBe(`batch.loss,1,0.05,,${Math.sin(1)},,`);
    expect((await lines('?fromIteration=5&toIteration=6')).map((line) => line.split(',')[1])).toEqual([
      'iteration',
      '5',
      '6',
    ]);
    expect((await server.inject('/api/runs/nobody/series/batch.loss/records.csv')).statusCode).toBe(404);
  });
});

describe('the curves in memory', () => {
  it('take no more than they may, and the longest unused go first', () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    recordWalk(writer, 0, 1000);
    writer.append(Array.from({ length: 3000 }, (_, t) => point('batch.loss', t, t)));
    writer.close();
    const cache = new SeriesCache(runs, 200_000);
    const key = { run: 'run-1', coordinate: undefined, axis: 'iteration' } as const;
    const held = cache.curve({ ...key, series: 'batch.loss' });
    expect(cache.bytes).toBe(held.rows.bytes);
    cache.curve({ ...key, series: 'interpolation.loss' });
    expect(cache.bytes).toBeLessThan(200_000);
    expect(statSync(join(runs, 'run-1', 'metrics.db')).size).toBeGreaterThan(0);
    expect(cache.curve({ ...key, series: 'batch.loss' }).rows.points).toBe(3000);
  });
});

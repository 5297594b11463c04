import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  decodeComparison,
  type ComparedSeries,
  type CompareRequest,
  type Comparison,
} from '../../src/contract/index.ts';
import { createServer } from '../../src/server/index.ts';
import { meanEstimate } from '../../src/statistics/index.ts';
import { createRun } from '../../src/store/index.ts';
import { syntheticRunFile } from '../figures/synthetic-walk.ts';
import { lossRecord, shortWalk, temporaryRuns } from './served-run.ts';

/** A run whose training loss at the iterations given is what `value` says. */
function record(runs: string, id: string, iterations: readonly number[], value: (t: number) => number): void {
  const writer = createRun(runs, syntheticRunFile(id, { ...shortWalk, seed: id.length }));
  writer.append(iterations.map((t) => lossRecord(t, value(t))));
  writer.close();
}

function serve(runsDirectory: string): FastifyInstance {
  const server = createServer({ runsDirectory, pageDirectory: join(runsDirectory, 'no-page') });
  onTestFinished(() => server.close());
  return server;
}

async function compared(server: FastifyInstance, body: CompareRequest): Promise<Comparison> {
  const { statusCode, rawPayload, payload } = await server.inject({ method: 'POST', url: '/api/compare', body });
  if (statusCode !== 200) throw new Error(payload);
  return decodeComparison(Uint8Array.from(rawPayload).buffer);
}

const ten = Array.from({ length: 10 }, (_, t) => t);

describe('a comparison', () => {
  it('gives the curve of each run in the window of all of them', async () => {
    const runs = temporaryRuns();
    record(runs, 'a', ten, (t) => t);
    record(runs, 'b', [2, 20], (t) => -t);
    const {
      from,
      to,
      runs: curves,
      problems,
    } = await compared(serve(runs), { series: 'train.loss', runs: ['b', 'a'] });
    expect([from, to, problems]).toEqual([0, 20, []]);
    expect(curves.map(({ run }) => run)).toEqual(['b', 'a']);
    expect([...curves[0]!.x, ...curves[0]!.y]).toEqual([2, 20, -2, -20]);
    expect([...curves[1]!.y]).toEqual(ten);
  });

  it.each(['none', 'deviation', 'error', 'interval'] as const)(
    'gives the mean of a group with the band “%s” by the statistics of the house',
    async (band) => {
      const runs = temporaryRuns();
      const seeds = ['a', 'ab', 'abc'];
      const value = (t: number, seed: number): number => Math.sin(t) + seed * seed;
      seeds.forEach((id, index) => record(runs, id, ten, (t) => value(t, index)));
      const groups = [{ label: 'η = 0.1 🌊', runs: seeds }];
      const { groups: means } = await compared(serve(runs), { series: 'train.loss', groups, band, pixels: 500 });
      const [mean] = means;
      expect(mean!.label).toBe('η = 0.1 🌊');
      expect([...mean!.x]).toEqual(ten);
      expect([...mean!.count]).toEqual(ten.map(() => 3));
      const { standardDeviation, standardError, interval, ...at } = meanEstimate(
        seeds.map((_, seed) => value(4, seed)),
      );
      const reach = { none: NaN, deviation: standardDeviation, error: standardError, interval: interval[1] - at.mean }[
        band
      ];
      expect(mean!.mean[4]).toBeCloseTo(at.mean, 12);
      if (band === 'none') expect([mean!.low[4], mean!.high[4]]).toEqual([NaN, NaN]);
      else {
        expect(mean!.low[4]).toBeCloseTo(at.mean - reach, 12);
        expect(mean!.high[4]).toBeCloseTo(at.mean + reach, 12);
      }
    },
  );

  it('counts the runs behind each place: shorter ones end, and none is held or drawn on', async () => {
    const runs = temporaryRuns();
    record(runs, 'a', ten, () => 1);
    record(runs, 'ab', ten.slice(0, 6), () => 3);
    const groups = [{ label: 'g', runs: ['a', 'ab'] }];
    const [mean] = (await compared(serve(runs), { series: 'train.loss', groups, pixels: 100, band: 'error' })).groups;
    expect([...mean!.count]).toEqual([2, 2, 2, 2, 2, 2, 1, 1, 1, 1]);
    expect([...mean!.mean]).toEqual([2, 2, 2, 2, 2, 2, 1, 1, 1, 1]);
    expect([...mean!.low.slice(5, 7)]).toEqual([1, NaN]);
  });

  it('leaves values that are not finite out of the mean and says how many runs have one', async () => {
    const runs = temporaryRuns();
    record(runs, 'a', ten, () => 1);
    record(runs, 'ab', ten, (t) => (t > 6 ? NaN : 2));
    record(runs, 'abc', ten, (t) => (t > 8 ? Infinity : 3));
    const groups = [{ label: 'g', runs: ['a', 'ab', 'abc'] }];
    const [mean] = (await compared(serve(runs), { series: 'train.loss', groups, pixels: 100 })).groups;
    expect([...mean!.notFinite]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 2]);
    expect([...mean!.count]).toEqual([3, 3, 3, 3, 3, 3, 3, 2, 2, 1]);
    expect([...mean!.mean]).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 1]);
  });

  it('takes a run’s mean in a column first, so that one measured more often does not count more', async () => {
    const runs = temporaryRuns();
    record(runs, 'a', ten, (t) => t);
    record(runs, 'ab', [0], () => 10);
    const groups = [{ label: 'g', runs: ['a', 'ab'] }];
    const [mean] = (await compared(serve(runs), { series: 'train.loss', groups, pixels: 1 })).groups;
    expect([...mean!.mean]).toEqual([(4.5 + 10) / 2]);
    expect([...mean!.x]).toEqual([(4.5 + 0) / 2]);
  });

  it('names the runs that it cannot read and goes on with the others', async () => {
    const runs = temporaryRuns();
    record(runs, 'a', ten, (t) => t);
    const server = serve(runs);
    const groups = [{ label: 'g', runs: ['a', 'gone'] }];
    const {
      runs: curves,
      groups: means,
      problems,
    } = await compared(server, { series: 'train.loss', runs: ['../a', 'a'], groups });
    expect(problems.map(({ run, code }) => [run, code])).toEqual([
      ['../a', 'RUN_NOT_FOUND'],
      ['gone', 'RUN_NOT_FOUND'],
    ]);
    expect([curves.length, means[0]!.length]).toEqual([1, 10]);
    const nothing = await compared(server, { series: 'test.loss', runs: ['a'], groups });
    expect([nothing.from, nothing.runs[0]!.length, nothing.groups[0]!.length]).toEqual([NaN, 0, 0]);
  });

  it('refuses what it does not know', async () => {
    const server = serve(temporaryRuns());
    for (const body of [
      { series: 'nothing' },
      { series: 'train.loss', band: 'wide' },
      { series: 'train.loss', more: 1 },
    ]) {
      const response = await server.inject({ method: 'POST', url: '/api/compare', body });
      expect(response.statusCode).toBe(400);
    }
  });

  it('as CSV has every record with run, group and seed', async () => {
    const runs = temporaryRuns();
    record(runs, 'a', [0, 1, 2], (t) => t / 3);
    record(runs, 'ab', [1], () => NaN);
    const body: CompareRequest = {
      series: 'train.loss',
      groups: [{ label: 'x,y', runs: ['a', 'ab'] }],
      x: 'epoch',
      from: 0.05,
    };
    const response = await serve(runs).inject({ method: 'POST', url: '/api/compare/records.csv', body });
    expect(response.body.trimEnd().split('\r\n')).toEqual([
      'run,group,seed,series,iteration,coordinate,x,value',
      `a,"x,y",1,train.loss,1,,0.05,${1 / 3}`,
      `a,"x,y",1,train.loss,2,,0.1,${2 / 3}`,
      'ab,"x,y",2,train.loss,1,,0.05,NaN',
    ]);
  });

  it('says once which series its runs have recorded, and goes on past runs that it cannot read', async () => {
    const runs = temporaryRuns();
    for (const id of ['a', 'b']) {
      const writer = createRun(runs, syntheticRunFile(id, shortWalk));
      writer.append([lossRecord(0, 1), ...(id === 'b' ? [{ ...lossRecord(0, 2), series: 'test.loss' as const }] : [])]);
      writer.close();
    }
    const payload = { runs: ['a', 'nobody', 'b'] };
    const response = await serve(runs).inject({ method: 'POST', url: '/api/compare/series', payload });
    const { series, problems } = response.json<ComparedSeries>();
    expect(new Set(series)).toEqual(new Set([lossRecord(0, 1).series, 'test.loss']));
    expect(problems).toEqual([{ run: 'nobody', message: expect.stringContaining('got none of that name') as string }]);
  });

  it('as CSV can be asked for by an address that says the same', async () => {
    const runs = temporaryRuns();
    for (const id of ['a', 'ab', 'abc']) record(runs, id, [0, 1, 2], (t) => t / 3);
    const server = serve(runs);
    const groups = [
      { label: 'η: 0.1', runs: ['a', 'ab'] },
      { label: '', runs: ['abc'] },
    ];
    const query = new URLSearchParams({ series: 'train.loss', x: 'epoch', from: '0.05', runs: 'abc' });
    for (const { label, runs } of groups) query.append('group', `${label}:${runs.join(',')}`);
    const asked = await server.inject(`/api/compare/records.csv?${query.toString()}`);
    const body: CompareRequest = { series: 'train.loss', x: 'epoch', from: 0.05, runs: ['abc'], groups };
    const posted = await server.inject({ method: 'POST', url: '/api/compare/records.csv', body });
    expect(asked.statusCode).toBe(200);
    expect(asked.body).toBe(posted.body);
    expect(asked.body.split('\r\n')).toHaveLength(8);
    const one = await server.inject('/api/compare/records.csv?series=train.loss&group=x:a');
    expect(one.body).toContain('a,x,1,train.loss,0,,0,0');
    expect((await server.inject('/api/compare/records.csv?series=train.loss&group=x')).statusCode).toBe(400);
    expect((await server.inject('/api/compare/records.csv?series=train.loss&runs=a,nobody')).statusCode).toBe(404);
  });
});

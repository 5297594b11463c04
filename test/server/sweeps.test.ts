import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorBody, SweepList, SweepRecord } from '../../src/contract/index.ts';
import { sweepListSchema, sweepRecordSchema } from '../../src/contract/index.ts';
import { createServer } from '../../src/server/index.ts';
import { finished, recordOf, unfinished, writeSweep } from '../web/sweeps/recorded-sweep.ts';
import { temporaryRuns } from './served-run.ts';

const axes = { 'optimizer.learningRate': [0.1, 1], 'optimizer.batchSize': [32, 64] };

function served(runs = temporaryRuns()) {
  const server = createServer({ runsDirectory: runs });
  onTestFinished(() => server.close());
  return { server, runs };
}

/** A sweep of eight runs: six finished, one failed, one not begun. */
function withSweep() {
  const { server, runs } = served();
  writeSweep(runs, recordOf({ name: 'lr-bs', axes, seeds: 2 }), ({ cell, seed }) =>
    cell === 3 ? (seed === 1 ? unfinished('failed') : null) : finished(0.5 + 0.1 * cell + 0.01 * seed),
  );
  return { server, runs };
}

describe('sweeps over HTTP', () => {
  it('are listed with how far each is', async () => {
    const { server } = withSweep();
    const list = (await server.inject('/api/sweeps')).json<SweepList>();
    expect(sweepListSchema.parse(list)).toEqual(list);
    expect(list).toMatchObject({ damaged: [], queue: false });
    expect(list.sweeps).toMatchObject([
      { name: 'lr-bs', runs: 8, cells: 4, finished: 6, failed: 1, running: 0, secondsLeft: null, state: 'idle' },
    ]);
    expect(list.sweeps[0]!.axes).toEqual(Object.keys(axes).map((key) => ({ key, values: 2 })));
  });

  it('are none in a folder that is not there', async () => {
    const { server } = served(join(temporaryRuns(), 'none'));
    expect((await server.inject('/api/sweeps')).json()).toEqual({ sweeps: [], damaged: [], queue: false });
  });

  it('of which a note is damaged are named', async () => {
    const { server, runs } = withSweep();
    writeFileSync(join(runs, '.sweeps', 'torn.json'), '{ torn');
    const list = (await server.inject('/api/sweeps')).json<SweepList>();
    expect([list.sweeps.map(({ name }) => name), list.damaged]).toEqual([['lr-bs'], ['torn']]);
    const answer = await server.inject('/api/sweeps/torn');
    expect([answer.statusCode, answer.json<ErrorBody>().error.code]).toEqual([422, 'RUN_INVALID']);
  });

  it('tell their plan', async () => {
    const { server } = withSweep();
    const record = (await server.inject('/api/sweeps/lr-bs')).json<SweepRecord>();
    expect(sweepRecordSchema.parse(record)).toEqual(recordOf({ name: 'lr-bs', axes, seeds: 2 }));
  });

  it.each([
    ['/api/sweeps/lr-b', 404, /did you mean "lr-bs"/],
    ['/api/sweeps/..%2Frun', 400, /expected a name as a run can have/],
    ['/api/sweeps/lr-bs/figures/matrix.pdf', 400, /expected matrix or parallel/],
    ['/api/sweeps/lr-bs/figures/matrix.svg?x=nothing', 400, /no axis "nothing"/],
    ['/api/sweeps/lr-bs/figures/matrix.svg?at=a', 400, /expected key:place/],
    ['/api/sweeps/lr-bs/figures/parallel.svg?brush=a:2~3', 400, /expected key:low~high/],
    ['/api/sweeps/lr-bs/figures/matrix.svg?quantity=beauty', 400, /quantity/],
  ])('%s is refused with %i', async (url, code, message) => {
    const { server } = withSweep();
    const answer = await server.inject(url);
    expect(answer.statusCode).toBe(code);
    expect(answer.json<ErrorBody>().error.message).toMatch(message);
  });

  it('are drawn as asked for', async () => {
    const { server } = withSweep();
    const figure = (file: string) => server.inject(`/api/sweeps/lr-bs/figures/${file}`);
    const svg = await figure('matrix.svg?quantity=trainLoss&x=optimizer.batchSize&theme=dark&width=700');
    expect(svg.headers['content-type']).toContain('image/svg+xml');
    expect(svg.body).toMatch(/^<svg [^>]*width="700"/);
    expect(svg.body).toContain('training loss');
    const png = await figure('parallel.png?pixels=1');
    expect(png.rawPayload.subarray(1, 4).toString()).toBe('PNG');
    const csv = await figure('parallel.csv?brush=testAccuracy:0.5~1');
    expect(csv.headers['content-disposition']).toBe('attachment; filename="lr-bs-parallel.csv"');
    const marked = csv.body
      .trim()
      .split('\r\n')
      .map((line) => line.split(',').at(-1));
    expect(marked).toEqual(['within_marked_parts', '0', '1', '1', '0']);
  });
});

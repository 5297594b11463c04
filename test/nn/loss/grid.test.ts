import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, randomStream, toFloat64, type HostTensor } from '../../../src/base/index.ts';
import type { Tensor } from '../../../src/graph/index.ts';
import { gcdf, hinge, lossGrid, temperedCrossEntropy, type LossGrid } from '../../../src/nn/index.ts';
import { input, interpret } from '../../../src/ops/index.ts';
import type { Runtime } from '../../../src/runtime/index.ts';
import { expectClose } from '../../support/close.ts';
import { cpuRuntime } from '../../train/support.ts';

const [count, classes] = [7, 4];
const stream = randomStream(1, 'loss grid');
/** Random scores, then a label far ahead, far behind, and level with the best of the others. */
const scores = [
  ...Array.from({ length: (count - 3) * classes }, () => 3 * stream.normal()),
  ...[1e4, -1e4, 0, 3, -1e4, 1e4, 0, 3, 1e4, 1e4, -1e4, 0],
];
const values = {
  scores: hostTensor('float32', [count, classes], scores),
  labels: hostTensor('int64', [count], [0, 1, 2, 3, 0, 0, 1]),
  norms: hostTensor(
    'float32',
    [count],
    Array.from({ length: count }, () => 0.1 + stream.uniform()),
  ),
};
const grid = { hinge: [0, 0.5, 2], crossEntropy: [0.25, 1, 8], gcdf: [0.05, 1, 16] } satisfies LossGrid;
type Symbolic = Record<keyof typeof values, Tensor>;

/** The losses of the grid, each in a graph of its own kind. */
const oneByOne = (s: Symbolic): Record<keyof LossGrid, Tensor[]> => ({
  hinge: grid.hinge.map((margin) => hinge(margin)(s.scores, s.labels)),
  crossEntropy: grid.crossEntropy.map((temperature) => temperedCrossEntropy(temperature)(s.scores, s.labels)),
  gcdf: grid.gcdf.map((sigma) => gcdf(sigma)(s.scores, s.labels, s.norms)),
});

const names = Object.keys(grid) as (keyof typeof grid)[];

describe('a grid of losses', () => {
  it.each(names)('has the values of %s for each parameter, in float64', (name) => {
    const symbolic: Symbolic = {
      scores: input('scores', { dtype: 'float64', shape: [count, classes] }),
      labels: input('labels', values.labels),
      norms: input('norms', { dtype: 'float64', shape: [count] }),
    };
    const together = lossGrid(grid, symbolic.scores, symbolic.labels, symbolic.norms)[name]!;
    const [actual, ...rows] = interpret([together, ...oneByOne(symbolic)[name]], values);
    expect(actual!.shape).toEqual([3, count]);
    const expected = rows.flatMap(({ data }) => Array.from(data));
    expectClose(actual!.data, expected, { relative: 1e-13 }, name);
  });

  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  it('has the same values by the runtime in float32', async () => {
    const program = await runtime.compile(
      (s) => ({ together: lossGrid(grid, s.scores, s.labels, s.norms), single: oneByOne(s) }),
      values,
    );
    const { together, single } = await program.run(values);
    await program.release();
    for (const name of names) {
      const expected = single[name].flatMap((row) => Array.from(toFloat64(row as HostTensor)));
      expectClose(toFloat64(together[name]! as HostTensor), expected, { relative: 1e-6 }, name);
    }
  });

  it('needs the norm of the features for Gcdf', () => {
    const s = input('scores', { dtype: 'float64', shape: [1, 2] });
    const y = input('labels', { dtype: 'int64', shape: [1] });
    const norm = input('norm', { dtype: 'float64', shape: [1] });
    const at = (given: number): number =>
      interpret([lossGrid({ gcdf: [1] }, s, y, norm).gcdf!], {
        scores: hostTensor('float64', [1, 2], [1, 0]),
        labels: hostTensor('int64', [1], [0]),
        norm: hostTensor('float64', [1], [given]),
      })[0]!.data[0]!;
    // Φ(−1/√2) and Φ(−1/(4√2))
    expectClose([at(1), at(4)], [0.23975006109347674, 0.4298418975993331], { relative: 1e-12 });
  });

  it('computes only what it was asked for', () => {
    const s = input('scores', { dtype: 'float32', shape: [1, 2] });
    const y = input('labels', { dtype: 'int64', shape: [1] });
    const norm = input('norm', { dtype: 'float32', shape: [1] });
    expect(lossGrid({ hinge: [] }, s, y, norm)).toEqual({});
    expect(Object.keys(lossGrid({ gcdf: [1] }, s, y, norm))).toEqual(['gcdf']);
  });

  it('refuses parameters outside their range', () => {
    const at = (wrong: LossGrid) => () =>
      lossGrid(wrong, symbolicScores, input('labels', values.labels), input('norms', values.norms));
    const symbolicScores = input('scores', values.scores);
    expect(at({ hinge: [1, -1] })).toThrowError('loss grid hinge: expected margins from 0 on, got -1');
    expect(at({ crossEntropy: [0] })).toThrowError('loss grid crossEntropy: expected positive temperatures, got 0');
    expect(at({ gcdf: [NaN] })).toThrowError('loss grid gcdf: expected positive standard deviations, got NaN');
  });
});

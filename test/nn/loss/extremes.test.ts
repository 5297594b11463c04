import { afterAll, beforeAll, describe, it } from 'vitest';
import { valueAndGrad } from '../../../src/autodiff/index.ts';
import { hostTensor, toFloat64, type HostTensor } from '../../../src/base/index.ts';
import { lossSchema, type SpecificationInput } from '../../../src/contract/index.ts';
import type { Tensor } from '../../../src/graph/index.ts';
import { lossFor, type LossFunction } from '../../../src/nn/index.ts';
import { input, interpret, sum } from '../../../src/ops/index.ts';
import type { Runtime } from '../../../src/runtime/index.ts';
import { expectClose } from '../../support/close.ts';
import { cpuRuntime } from '../../train/support.ts';

/** A label far ahead, far behind, and level with the best of the others. */
const scores = [1e4, -1e4, 0, -1e4, 1e4, 0, 1e4, 1e4, -1e4];
const labels = [0, 0, 1];
const targets = [1, 0, 0, 1, 0, 0, 0, 1, 0];
const tiny = 1e-7;
const level = 1 / (2 * Math.sqrt(Math.PI));

/** Loss and gradient of each of the three examples, by hand. */
const expected: readonly (readonly [NonNullable<SpecificationInput['loss']>, number[], number[]])[] = [
  [{ name: 'cross-entropy' }, [0, 2e4, Math.LN2], [0, 0, 0, -1, 1, 0, 0.5, -0.5, 0]],
  [{ name: 'cross-entropy', temperature: 2 }, [0, 1e4, Math.LN2], [0, 0, 0, -0.5, 0.5, 0, 0.25, -0.25, 0]],
  [{ name: 'hinge' }, [0, 30002, 1], [0, 0, 0, -2, 1, 1, 1, -1, 0]],
  [{ name: 'gcdf' }, [0, 2, 0.5], [0, 0, 0, 0, 0, 0, level, -level, 0]],
  [
    { name: 'kullback-leibler' },
    [0, -Math.log(tiny) * (1 - tiny), Math.LN2 + tiny * (Math.log(tiny) + Math.LN2)],
    [0, 0, 0, 0, 0, 0, 0.5 - tiny / 2, -0.5 + tiny / 2, 0],
  ],
  [{ name: 'log-loss' }, [tiny, -Math.log(tiny), Math.LN2], [0, 0, 0, 0, 0, 0, 0.5, -0.5, 0]],
  [{ name: 'log-loss-gradient' }, [0, 2, 0.5], [0, 0, 0, 0, 0, 0, 0.5, -0.5, 0]],
  [
    { name: 'squared-error' },
    [9999 ** 2 + 1e8, 10001 ** 2 + 1e8, 1e8 + 9999 ** 2 + 1e8],
    scores.map((score, index) => 2 * (score - targets[index]!)),
  ],
];

/** The losses and the gradient of their sum. */
const both = (loss: LossFunction, x: Tensor, y: Tensor) => ({
  losses: loss(x, y),
  gradient: valueAndGrad((at: Tensor) => sum(loss(at, y)))(x).gradient,
});

describe.each(expected)('the loss %o of scores of ±1e4', (specification, losses, gradient) => {
  const loss = lossFor(lossSchema.parse(specification));
  const y = hostTensor('int64', [3], labels);
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  const expectBoth = (actual: readonly ArrayLike<number>[], relative: number): void => {
    expectClose(actual[0]!, losses, { relative, absolute: relative }, 'losses');
    expectClose(actual[1]!, gradient, { relative, absolute: relative }, 'gradient');
  };

  it('and its gradient are those of the closed form in float64', () => {
    const x = hostTensor('float64', [3, 3], scores);
    const graph = both(loss, input('x', x), input('y', y));
    const results = interpret([graph.losses, graph.gradient], { x, y });
    expectBoth(
      results.map(({ data }) => data),
      1e-9,
    );
  });

  it('and its gradient are those of the closed form by the runtime in float32', async () => {
    const given = { x: hostTensor('float32', [3, 3], scores), y };
    const program = await runtime.compile((at) => both(loss, at.x, at.y), given);
    const result = await program.run(given);
    await program.release();
    expectBoth([toFloat64(result.losses as HostTensor), toFloat64(result.gradient as HostTensor)], 1e-6);
  });
});

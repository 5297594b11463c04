import { describe, expect, it } from 'vitest';
import { hostTensor, type HostTensor, type Shape } from '../../src/base/index.ts';
import { input, interpret } from '../../src/ops/index.ts';
import {
  activation,
  averagePool,
  batchNorm,
  conv2d,
  createModel,
  dense,
  flatten,
  globalAveragePool,
  initialBuffers,
  maxPool,
  named,
  paddedShortcut,
  residual,
  sequential,
  type LayerDescription,
  type Mode,
} from '../../src/nn/index.ts';
import { expectClose } from '../support/close.ts';
import { numbersOf } from '../support/golden-models.ts';

const names = (description: LayerDescription, shape: Shape): string[] =>
  description(shape, '').parameters.map(({ name }) => name);

/** What a layer makes of values, and the buffers after the pass. */
function through(
  description: LayerDescription,
  x: HostTensor,
  given: Record<string, HostTensor> = {},
  mode: Mode = 'train',
) {
  const layer = description(x.shape.slice(1), '');
  const tensors = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, input(name, value)]));
  const updated: [string, ReturnType<typeof input>][] = [];
  const pass = {
    mode,
    parameters: tensors,
    buffers: tensors,
    update: (...entry: (typeof updated)[number]) => void updated.push(entry),
  };
  const output = layer.apply(pass, input('x', x));
  expect(output.shape.slice(1)).toEqual(layer.outputShape);
  const [value, ...others] = interpret([output, ...updated.map(([, tensor]) => tensor)], { ...given, x });
  return {
    output: Array.from(value!.data),
    updated: Object.fromEntries(updated.map(([name], index) => [name, Array.from(others[index]!.data)])),
  };
}

const image = (shape: Shape, values: readonly number[]): HostTensor => hostTensor('float64', shape, values);
const failure = (code: string, message: string): Error => expect.objectContaining({ code, message }) as Error;

describe('batch normalisation', () => {
  // Two features of three examples: means 2 and −1, biased variances 2/3 and 8/3, unbiased 1 and 4.
  const x = image([3, 2], [1, -3, 2, -1, 3, 1]);
  const given = {
    weight: image([2], [2, 3]),
    bias: image([2], [0.5, -0.5]),
    running_mean: image([2], [10, 20]),
    running_var: image([2], [4, 9]),
  };

  it('in train mode takes the mean and biased variance of the batch', () => {
    const { output } = through(batchNorm({ epsilon: 0 }), x, given);
    const far = Math.sqrt(3 / 2);
    expectClose(output, [0.5 - 2 * far, -0.5 - 3 * far, 0.5, -0.5, 0.5 + 2 * far, -0.5 + 3 * far], { relative: 1e-6 });
  });

  it('lets the running statistics follow with momentum 0.1 and the unbiased variance', () => {
    const { updated } = through(batchNorm(), x, given);
    expectClose(updated['running_mean']!, [0.9 * 10 + 0.1 * 2, 0.9 * 20 + 0.1 * -1], { relative: 1e-7 });
    expectClose(updated['running_var']!, [0.9 * 4 + 0.1 * 1, 0.9 * 9 + 0.1 * 4], { relative: 1e-7 });
    expectClose(through(batchNorm({ momentum: 1 }), x, given).updated['running_mean']!, [2, -1], { relative: 1e-7 });
  });

  it('in evaluation takes the running statistics and leaves them', () => {
    const { output, updated } = through(batchNorm({ epsilon: 0 }), x, given, 'evaluate');
    const expected = [1, -3, 2, -1, 3, 1].map((value, index) =>
      index % 2 === 0 ? (2 * (value - 10)) / 2 + 0.5 : (3 * (value - 20)) / 3 - 0.5,
    );
    expectClose(output, expected, { relative: 1e-6 });
    expect(updated).toEqual({});
  });

  it('of images has one mean a channel, over examples and pixels', () => {
    const values = Array.from(numbersOf('image', 2 * 3 * 4));
    const { updated } = through(batchNorm({ momentum: 1 }), image([2, 3, 2, 2], values), {
      weight: image([3], [1, 1, 1]),
      bias: image([3], [0, 0, 0]),
      running_mean: image([3], [0, 0, 0]),
      running_var: image([3], [1, 1, 1]),
    });
    const channel = (c: number) => values.filter((_, index) => Math.floor(index / 4) % 3 === c);
    const means = [0, 1, 2].map((c) => channel(c).reduce((sum, value) => sum + value, 0) / 8);
    expectClose(updated['running_mean']!, means, { absolute: 1e-6 });
    const unbiased = means.map((mean, c) => channel(c).reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7);
    expectClose(updated['running_var']!, unbiased, { relative: 1e-6 });
  });

  it('starts with mean 0 and variance 1', () => {
    const model = createModel('norm', [2], sequential(batchNorm(), dense(3)));
    expect(initialBuffers(model)).toEqual({
      '0.running_mean': hostTensor('float32', [2], [0, 0]),
      '0.running_var': hostTensor('float32', [2], [1, 1]),
    });
  });

  it('refuses a batch of one value a channel, which has no variance, but not in evaluation', () => {
    const one = image([1, 2], [1, 2]);
    expect(() => through(named({ bn1: batchNorm() }), one, given)).toThrowError(
      failure('GRAPH_SHAPE', 'batch-norm layer bn1: expected more than one value a channel in train mode, got 1'),
    );
    expect(through(batchNorm({ epsilon: 0 }), one, given, 'evaluate').output).toHaveLength(2);
  });

  it('refuses sequences', () => {
    expect(() => batchNorm()([3, 4], '2.')).toThrowError(
      failure('GRAPH_SHAPE', 'batch-norm layer 2: expected examples [features] or images [c, h, w], got [3,4]'),
    );
  });
});

describe('layers of images', () => {
  const ramp = image([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);

  it('pool the largest or the mean of each window, and leave a rest out', () => {
    expect(through(maxPool(2), ramp).output).toEqual([5]);
    expect(through(maxPool(2, { stride: 1 }), ramp).output).toEqual([5, 6, 8, 9]);
    expect(through(averagePool(2), ramp).output).toEqual([3]);
    expectClose(through(globalAveragePool(), ramp).output, [5], { relative: 1e-7 });
  });

  it('convolve with weights [out, in, kernel, kernel] and a bias', () => {
    const given = { weight: image([1, 1, 2, 2], [1, 0, 0, -1]), bias: image([1], [0.5]) };
    expect(through(conv2d(1, 2), ramp, given).output).toEqual([-3.5, -3.5, -3.5, -3.5]);
    expect(through(conv2d(1, 2, { stride: 2, padding: 1, bias: false }), ramp, given).output).toEqual([-1, -3, -7, -4]);
  });

  it('have no bias where none is wanted', () => {
    expect(names(conv2d(4, 3, { bias: false }), [2, 8, 8])).toEqual(['weight']);
    expect(names(dense(4, { bias: false }), [2])).toEqual(['weight']);
    expect(names(dense(4), [2])).toEqual(['weight', 'bias']);
  });

  it.each([
    ['conv2d', conv2d(4, 5), [3, 4, 9], 'an image of at least 5×5, got 4×9'],
    ['conv2d', conv2d(4, 5, { padding: 1 }), [3, 2, 9], 'an image of at least 3×3, got 2×9'],
    ['max-pool', maxPool(2), [3, 1, 1], 'an image of at least 2×2, got 1×1'],
    ['average-pool', averagePool(3), [3, 9, 2], 'an image of at least 3×3, got 9×2'],
    ['conv2d', conv2d(4, 3), [40], 'images [channels, height, width], got examples [40]'],
    ['global-average-pool', globalAveragePool(), [3, 4], 'images [channels, height, width], got examples [3,4]'],
  ] as const)('(%s) refuse what they cannot take', (kind, description, shape, difference) => {
    expect(() => named({ first: description })(shape, '')).toThrowError(
      failure('GRAPH_SHAPE', `${kind} layer first: expected ${difference}`),
    );
  });
});

describe('compositions', () => {
  it('name parameters by place and by name, to any depth', () => {
    const network = named({
      stem: conv2d(4, 3, { bias: false }),
      stages: sequential(named({ bn: batchNorm() }), activation('relu'), conv2d(2, 1)),
      flat: flatten(),
      fc: dense(5),
    });
    expect(names(network, [3, 5, 5])).toEqual([
      'stem.weight',
      'stages.0.bn.weight',
      'stages.0.bn.bias',
      'stages.2.weight',
      'stages.2.bias',
      'fc.weight',
      'fc.bias',
    ]);
  });

  it('refuse numbers as names, which JavaScript would put first', () => {
    expect(() => named({ conv: conv2d(4, 3), 1: flatten() })).toThrowError(
      failure('USAGE', 'named layers: expected names that are no numbers, got "1"'),
    );
  });

  it('add a block’s input to its body', () => {
    const block = residual(named({ fc: dense(2, { bias: false }) }), { after: activation('relu') });
    const given = { 'fc.weight': image([2, 2], [0, 1, -1, 0]) };
    expect(through(block, image([1, 2], [3, 1]), given).output).toEqual([4, 0]);
  });

  it('refuse a shortcut to another shape', () => {
    expect(() => named({ block: residual(dense(3)) })([2], '')).toThrowError(
      failure('GRAPH_SHAPE', 'residual layer block: expected a shortcut to [3], got [2]'),
    );
  });

  it('subsample and pad a shortcut with channels of zeros on both sides', () => {
    const x = image([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const none = [0, 0, 0, 0];
    expect(through(paddedShortcut(3, 2), x).output).toEqual([...none, 1, 3, 7, 9, ...none]);
    expect(() => paddedShortcut(2, 2)([4, 8, 8], 'block.')).toThrowError(
      failure('GRAPH_SHAPE', 'shortcut layer block: expected images of at most 2 channels, got [4,8,8]'),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { hostTensor, type Shape } from '../../src/base/index.ts';
import { specificationSchema, zooModelSchema } from '../../src/contract/index.ts';
import { input, interpret } from '../../src/ops/index.ts';
import {
  activation,
  conv2d,
  createModel,
  dense,
  globalAveragePool,
  initialParameters,
  modelFor,
  resnet,
  sequential,
  type Model,
} from '../../src/nn/index.ts';
import { norm } from '../support/close.ts';

const build = (model: object, shape: Shape): Model => modelFor(zooModelSchema.parse(model), shape, 10);
const failure = (code: string, message: string): Error => expect.objectContaining({ code, message }) as Error;

describe('the networks of the papers', () => {
  // What is known of each elsewhere; VGG-11 without the 2,752 biases that its batch normalisation would undo.
  it.each([
    [{ name: 'lenet' }, [1, 28, 28], 61_706],
    [{ name: 'vgg11' }, [3, 32, 32], 9_231_114 - 2_752],
    [{ name: 'resnet', depth: 20, shortcut: 'identity' }, [3, 32, 32], 269_722],
    [{ name: 'resnet', depth: 56, shortcut: 'identity' }, [3, 32, 32], 853_018],
    [{ name: 'resnet', depth: 56 }, [3, 32, 32], 853_018 + 16 * 32 + 32 * 64],
  ])('%o has the number of parameters that it is known for', (model, shape, size) => {
    expect(build(model, shape).size).toBe(size);
  });

  it('take as features what the top layer is given', () => {
    const model = build({ name: 'lenet' }, [1, 28, 28]);
    const tensors = Object.fromEntries(
      model.parameters.map(({ name, shape }) => [name, input(name, { dtype: 'float32', shape })]),
    );
    const x = input('x', { dtype: 'float32', shape: [2, 1, 28, 28] });
    const { features, scores } = model.forward(tensors, {}, x, 'train');
    expect(features.shape).toEqual([2, 84]);
    expect(scores.shape).toEqual([2, 10]);
  });

  it.each([
    [
      { name: 'vgg11' },
      [3, 16, 16],
      'model vgg11 for examples [3,16,16]: max-pool layer features.28: expected an image of at least 2×2, got 1×1',
    ],
    [
      { name: 'lenet' },
      [1, 8, 8],
      'model lenet for examples [1,8,8]: conv2d layer conv2: expected an image of at least 5×5, got 4×4',
    ],
    [
      { name: 'cnn' },
      [40],
      'model cnn for examples [40]: conv2d layer conv1: expected images [channels, height, width], got examples [40]',
    ],
  ])('%o refuses examples that do not suit it', (model, shape, message) => {
    expect(() => build(model, shape)).toThrowError(failure('GRAPH_SHAPE', message));
  });

  it.each([
    [3, 28, 28],
    [1, 28, 27],
    [28, 28],
  ])('refuse batches of [%s, %s, %s] where they were made for others', (...shape) => {
    const model = build({ name: 'lenet' }, [1, 28, 28]);
    const sizes = [4, ...shape.filter((size) => size !== undefined)];
    const x = input('x', { dtype: 'float32', shape: sizes });
    expect(() => model.forward({}, {}, x, 'evaluate')).toThrowError(
      failure('GRAPH_SHAPE', `model lenet: expected a batch of examples [1,28,28], got [${sizes.join(',')}]`),
    );
  });

  it.each([2, 18, 21, 20.5])('have no residual network of depth %s', (depth) => {
    expect(() => resnet(depth, 10)).toThrowError(
      failure('USAGE', `resnet: expected a depth of 6n+2 (8, 14, 20, 32, 44, 56, …), got ${depth}`),
    );
    expect(specificationSchema.shape.model.safeParse({ name: 'resnet', depth }).success).toBe(false);
  });

  it('record PyTorch’s constants of batch normalisation in the specification', () => {
    expect(specificationSchema.shape.model.parse({ name: 'vgg11' })).toEqual({
      name: 'vgg11',
      batchNorm: { momentum: 0.1, epsilon: 1e-5 },
      normaliseFeatures: false,
    });
  });

  it('start alike where their layers are alike, whatever the depth', () => {
    const [short, long] = [20, 32].map((depth) => initialParameters(build({ name: 'resnet', depth }, [3, 8, 8]), 4));
    for (const [name, tensor] of Object.entries(short!)) expect(long![name]).toEqual(tensor);
  });
});

describe('features of unit norm', () => {
  const forward = (values: readonly number[]) => {
    const model = createModel('unit', [2], sequential(dense(2, { bias: false }), activation('relu'), dense(2)), {
      normaliseFeatures: true,
    });
    const given = {
      x: hostTensor('float32', [1, 2], values),
      '0.weight': hostTensor('float32', [2, 2], [3, 0, 0, 4]),
      '2.weight': hostTensor('float32', [2, 2], [5, 0, 0, 10]),
      '2.bias': hostTensor('float32', [2], [1, 2]),
    };
    const { x, ...parameters } = Object.fromEntries(
      Object.entries(given).map(([name, tensor]) => [name, input(name, tensor)]),
    );
    const { features, scores } = model.forward(parameters, {}, x!, 'train');
    return interpret([features, scores], given).map(({ data }) => Array.from(data));
  };

  it('are what the top layer sees', () => {
    const [features, scores] = forward([1, 1]);
    expect(norm(features!)).toBeCloseTo(1, 7);
    expect(features![0]).toBeCloseTo(0.6, 7);
    expect(scores![0]).toBeCloseTo(0.6 * 5 + 1, 6);
    expect(scores![1]).toBeCloseTo(0.8 * 10 + 2, 6);
  });

  it('are zero where all features are', () => {
    expect(forward([-1, -1])).toEqual([
      [0, 0],
      [1, 2],
    ]);
  });

  it('need flat features', () => {
    const network = sequential(conv2d(3, 1), conv2d(4, 1), globalAveragePool());
    expect(() => createModel('odd', [3, 4, 4], network, { normaliseFeatures: true })).toThrowError(
      failure('GRAPH_SHAPE', 'model odd: expected flat features in front of the top layer, got [3,4,4]'),
    );
    expect(createModel('even', [3, 4, 4], network).classes).toBe(4);
  });
});

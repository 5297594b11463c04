import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostTensor, randomStream, sizeOf, type Shape } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import { apply, conv2d, convAttributes, input, lowerGraph } from '../../src/ops/index.ts';
import type { Backend } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { expectClose, norm } from '../support/close.ts';
import { evaluate, type DerivativeGraph } from '../support/derivatives.ts';
import { runOn } from '../support/runtime.ts';

/** Gradients of convolutions are computed in ways that depend on the sizes; each is held against the definition. */

let cpu: Backend;
beforeAll(async () => (cpu = await createOrtBackend({ device: 'cpu', threads: 2 })));
afterAll(() => cpu.close());

interface Case {
  readonly image: Shape;
  readonly weight: Shape;
  readonly strides?: [number, number];
  readonly pads?: [number, number, number, number];
  readonly dilations?: [number, number];
  readonly group?: number;
  /** Operators that show which way was taken. */
  readonly weightBy: readonly string[];
  readonly inputBy: readonly string[];
}

// prettier-ignore
const cases: Record<string, Case> = {
  'few channels: one product for the whole kernel': {
    image: [3, 2, 9, 8], weight: [5, 2, 3, 3], pads: [1, 0, 2, 1],
    weightBy: ['Concat', 'ReduceSum'], inputBy: ['Conv'],
  },
  'few channels with strides and dilation': {
    image: [3, 3, 12, 11], weight: [4, 3, 2, 3], strides: [2, 3], pads: [1, 1, 0, 2], dilations: [2, 1],
    weightBy: ['Concat', 'ReduceSum'], inputBy: ['ConvTranspose'],
  },
  'many channels of large images: a product for each image': {
    image: [2, 12, 9, 10], weight: [9, 12, 3, 3], pads: [1, 1, 1, 1],
    weightBy: ['ReduceSum'], inputBy: ['Conv'],
  },
  'many channels of small images: a product over all positions': {
    image: [3, 60, 3, 2], weight: [60, 60, 3, 3], pads: [1, 1, 1, 1],
    weightBy: ['MatMul'], inputBy: ['Split', 'Pad'],
  },
  'many channels of small images with uneven padding and dilation': {
    image: [2, 64, 2, 2], weight: [60, 64, 2, 2], pads: [2, 0, 1, 1], dilations: [2, 1],
    weightBy: ['MatMul'], inputBy: ['Split', 'Pad'],
  },
  'a 1×1 kernel on single pixels': {
    image: [4, 20, 1, 1], weight: [30, 20, 1, 1],
    weightBy: ['MatMul'], inputBy: ['MatMul'],
  },
  'many channels to few of a small image without padding': {
    image: [2, 3, 12, 12], weight: [24, 3, 5, 5],
    weightBy: ['Concat', 'ReduceSum'], inputBy: ['ConvTranspose'],
  },
  'a kernel for each channel': {
    image: [3, 12, 9, 8], weight: [12, 1, 3, 3], pads: [1, 1, 1, 1], group: 12,
    weightBy: ['MatMul', 'ReduceSum'], inputBy: ['Conv'],
  },
  'two kernels for each channel, with strides': {
    image: [2, 5, 11, 8], weight: [10, 1, 3, 2], strides: [2, 2], pads: [1, 0, 1, 2], group: 5,
    weightBy: ['MatMul', 'ReduceSum'], inputBy: ['ConvTranspose'],
  },
  'groups of several channels with dilation': {
    image: [2, 6, 9, 8], weight: [9, 2, 3, 3], pads: [1, 2, 0, 2], dilations: [1, 2], group: 3,
    weightBy: ['MatMul', 'ReduceSum'], inputBy: ['Conv'],
  },
};

function gradients({ image, weight, ...options }: Case) {
  const stream = randomStream(1, 'conv-lowering');
  const random = (shape: Shape) =>
    hostTensor(
      'float32',
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    );
  const [x, w] = [input('x', { dtype: 'float32', shape: image }), input('w', { dtype: 'float32', shape: weight })];
  const geometry = convAttributes(options);
  const shape = conv2d(x, w, undefined, options).shape;
  const y = input('y', { dtype: 'float32', shape });
  const outputs: Record<string, Tensor> = {
    weight: apply('ConvWeightGradient', [x, y], { ...geometry, kernel: weight.slice(2) }),
    input: apply('ConvInputGradient', [y, w], { ...geometry, size: image.slice(2) }),
  };
  const values = { x: random(image), w: random(weight), y: random(shape) };
  const only = (name: 'weight' | 'input', inputs: Record<string, Tensor>): DerivativeGraph => ({
    graph: { inputs, outputs: { [name]: outputs[name]! } },
    values,
  });
  return { weight: only('weight', { x, y }), input: only('input', { y, w }) };
}

it.each(Object.entries(cases))('gradients of a convolution, %s, are those of the definition', async (_, given) => {
  const derivatives = gradients(given);
  for (const name of ['weight', 'input'] as const) {
    const [actual, expected] = [await runOn(cpu, derivatives[name]), evaluate(derivatives[name])];
    expectClose(actual[name]!, expected[name]!, { absolute: 1e-6 * norm(expected[name]!) }, name);
    const operators = lowerGraph(derivatives[name].graph, 'cpu').nodes.map(({ operator }) => operator);
    expect(operators).toEqual(expect.arrayContaining([...(name === 'weight' ? given.weightBy : given.inputBy)]));
  }
});

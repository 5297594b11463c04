import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import type { Backend } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { useVulkanDriver } from '../runtime/vulkan.ts';
import { expectClose } from '../support/close.ts';
import { evaluate } from '../support/derivatives.ts';
import { Draw } from '../support/draw.ts';
import { runOn } from '../support/runtime.ts';

const windows = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1] } as const;
const wide = { ...windows, strides: [2, 2] } as const;

/** Operators whose kernels on WebGPU differ by the number of channels, which go from `channels` to `out`. */
const convolutions: Record<string, (draw: Draw, channels: number, out: number) => Tensor> = {
  convolution: (draw, channels, out) =>
    ops.conv2d(draw.input([2, channels, 5, 5]), draw.input([out, channels, 3, 3]), undefined, windows),
  'convolution with stride 2': (draw, channels, out) =>
    ops.conv2d(draw.input([2, channels, 5, 5]), draw.input([out, channels, 3, 3]), undefined, wide),
  'input gradient': (draw, channels, out) =>
    ops.apply('ConvInputGradient', [draw.input([2, channels, 5, 5]), draw.input([channels, out, 3, 3])], {
      ...windows,
      size: [5, 5],
    }),
  'input gradient with stride 2': (draw, channels, out) =>
    ops.apply('ConvInputGradient', [draw.input([2, channels, 3, 3]), draw.input([channels, out, 3, 3])], {
      ...wide,
      size: [5, 5],
    }),
  'weight gradient': (draw, channels, out) =>
    ops.apply('ConvWeightGradient', [draw.input([2, channels, 5, 5]), draw.input([2, out, 5, 5])], {
      ...ops.convAttributes(windows),
      kernel: [3, 3],
    }),
  'weight gradient with stride 2': (draw, channels, out) =>
    ops.apply('ConvWeightGradient', [draw.input([2, channels, 5, 5]), draw.input([2, out, 3, 3])], {
      ...ops.convAttributes(wide),
      kernel: [3, 3],
    }),
};

/** Operators whose channels are kept apart in `groups` groups of `each` channels, which become `out` channels. */
const grouped: Record<string, (draw: Draw, groups: number, each: number, out: number) => Tensor> = {
  convolution: (draw, groups, each, out) =>
    ops.conv2d(draw.input([2, groups * each, 5, 5]), draw.input([groups * out, each, 3, 3]), undefined, {
      ...wide,
      group: groups,
    }),
  'input gradient': (draw, groups, each, out) =>
    ops.apply('ConvInputGradient', [draw.input([2, groups * out, 5, 5]), draw.input([groups * out, each, 3, 3])], {
      ...ops.convAttributes({ ...windows, group: groups }),
      size: [5, 5],
    }),
  'input gradient with stride 2': (draw, groups, each, out) =>
    ops.apply('ConvInputGradient', [draw.input([2, groups * out, 3, 3]), draw.input([groups * out, each, 3, 3])], {
      ...ops.convAttributes({ ...wide, group: groups }),
      size: [6, 5],
    }),
  'input gradient with stride 2 and wide padding': (draw, groups, each, out) =>
    ops.apply('ConvInputGradient', [draw.input([2, groups * out, 4, 4]), draw.input([groups * out, each, 1, 2])], {
      ...ops.convAttributes({ strides: [2, 2], pads: [1, 2, 2, 1], group: groups }),
      size: [4, 5],
    }),
  'weight gradient': (draw, groups, each, out) =>
    ops.apply('ConvWeightGradient', [draw.input([2, groups * each, 5, 5]), draw.input([2, groups * out, 3, 3])], {
      ...ops.convAttributes({ ...wide, group: groups }),
      kernel: [3, 3],
    }),
};

describe.skipIf(!useVulkanDriver())('on WebGPU, whatever the number of channels,', () => {
  let backend: Backend;
  beforeAll(async () => (backend = await createOrtBackend({ device: 'webgpu', threads: 1 })));
  afterAll(() => backend.close());

  it.each(Object.entries(convolutions))('the %s agrees with the reference', async (_, build) => {
    const draw = new Draw(1, 'float32');
    const outputs: Record<string, Tensor> = {};
    for (const channels of [3, 5, 6, 8, 9, 15])
      for (const out of [3, 4, 8]) outputs[`${channels} to ${out}`] = build(draw, channels, out);
    const program = { graph: { inputs: draw.inputs, outputs }, values: draw.values };
    const [actual, expected] = [await runOn(backend, program), evaluate(program)];
    for (const name of Object.keys(outputs)) expectClose(actual[name]!, expected[name]!, { relative: 1e-5 }, name);
  });

  it.each(Object.entries(grouped))('the %s in groups agrees with the reference', async (_, build) => {
    const draw = new Draw(1, 'float32');
    const outputs: Record<string, Tensor> = {};
    for (const groups of [2, 3, 4])
      for (const each of [1, 2, 4])
        for (const out of [1, 2, 3, 4]) outputs[`${groups} of ${each} to ${out}`] = build(draw, groups, each, out);
    const program = { graph: { inputs: draw.inputs, outputs }, values: draw.values };
    const [actual, expected] = [await runOn(backend, program), evaluate(program)];
    for (const name of Object.keys(outputs)) expectClose(actual[name]!, expected[name]!, { relative: 1e-5 }, name);
  });

  it('a dilated maximum and its derivatives agree with the reference', async () => {
    const draw = new Draw(1, 'float32');
    const x = draw.input([2, 3, 6, 7], 'distinct');
    const pool = { kernel: [2, 3], strides: [1, 2], pads: [1, 0, 0, 2], dilations: [2, 2] } as const;
    const y = ops.maxPool2d(x, pool);
    const outputs = {
      y,
      placed: ops.apply('MaxPoolPlace', [x, draw.input(y.shape)], pool),
      picked: ops.apply('MaxPoolPick', [x, draw.input(x.shape)], pool),
    };
    const program = { graph: { inputs: draw.inputs, outputs }, values: draw.values };
    const [actual, expected] = [await runOn(backend, program), evaluate(program)];
    for (const name of Object.keys(outputs)) expectClose(actual[name]!, expected[name]!, { relative: 1e-5 }, name);
  });
});

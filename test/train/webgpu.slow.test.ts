import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomStream, sizeOf, type HostTensor, type Shape } from '../../src/base/index.ts';
import type { ZooModel } from '../../src/contract/index.ts';
import { crossEntropy, modelFor } from '../../src/nn/index.ts';
import { momentum } from '../../src/optim/index.ts';
import { createRuntime, type Device, type Runtime } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import {
  createBatchStepper,
  initialSlots,
  initialState,
  Trainer,
  type Chunk,
  type Objective,
} from '../../src/train/index.ts';
import { useVulkanDriver } from '../runtime/vulkan.ts';
import { expectClose } from '../support/close.ts';
import { flat, numbers } from './support.ts';

const batchNorm = { momentum: 0.1, epsilon: 1e-5 };
const normaliseFeatures = false;

interface Case {
  readonly model: ZooModel;
  readonly inputShape: Shape;
  readonly updates: number;
}

/** Networks as small as they come; SwiftShader decides how many updates those of fixed width can make. */
const cases: Readonly<Record<string, Case>> = {
  mlp: {
    model: { name: 'mlp', hidden: [16, 16], activation: 'relu', normaliseFeatures },
    inputShape: [1, 8, 8],
    updates: 100,
  },
  fc6: { model: { name: 'fc6', units: 8, batchNorm, normaliseFeatures }, inputShape: [1, 8, 8], updates: 100 },
  lenet: { model: { name: 'lenet', normaliseFeatures }, inputShape: [1, 28, 28], updates: 10 },
};

/** Rates and batches with which batch normalisation does not magnify rounding beyond what 100 updates can show. */
const [batchSize, classes, learningRate] = [8, 4, 0.002];
const rule = momentum(0.9);

/** A few fixed batches of normal inputs and random labels, one after the other. */
function batchesOf(inputShape: Shape): (iteration: number) => Chunk {
  const stream = randomStream(1, 'batches');
  const chunks = Array.from({ length: 5 }, (): Chunk => {
    const data = Float32Array.from({ length: batchSize * sizeOf(inputShape) }, () => stream.normal());
    const labels = BigInt64Array.from({ length: batchSize }, () => BigInt(stream.integer(classes)));
    return {
      size: batchSize,
      x: { dtype: 'float32', shape: [batchSize, ...inputShape], data },
      labels: { dtype: 'int64', shape: [batchSize], data: labels },
    };
  });
  return (iteration) => chunks[iteration % chunks.length]!;
}

interface Trained {
  readonly losses: readonly number[];
  readonly parameters: Readonly<Record<string, HostTensor>>;
}

async function train(runtime: Runtime, { model, inputShape, updates }: Case): Promise<Trained> {
  const objective: Objective = { model: modelFor(model, inputShape, classes), loss: crossEntropy };
  const updating = { rule, seed: 1, rho: null };
  const stepper = await createBatchStepper(runtime, objective, batchSize, batchesOf(inputShape), false, updating);
  const state = { ...initialState(objective.model, 1), slots: initialSlots(objective.model, rule) };
  const trainer = new Trainer(runtime.backend, stepper, () => learningRate, state);
  const losses: number[] = [];
  for (let t = 0; t < updates; t++) losses.push((await trainer.step()).loss);
  const { parameters, buffers } = await trainer.state();
  await trainer.release();
  return { losses, parameters: { ...parameters, ...buffers } };
}

describe.skipIf(!useVulkanDriver())('training on WebGPU', () => {
  const runtimes = {} as Record<Device, Runtime>;
  beforeAll(async () => {
    for (const device of ['cpu', 'webgpu'] as const)
      runtimes[device] = createRuntime(await createOrtBackend({ device, threads: 1 }));
  });
  afterAll(async () => {
    for (const runtime of Object.values(runtimes)) await runtime.close();
  });

  // docs/gpu.md states the tolerances.
  it.each(Object.entries(cases))('%s takes the path that it takes on the CPU', async (_, one) => {
    const [gpu, cpu] = [await train(runtimes.webgpu, one), await train(runtimes.cpu, one)];
    expect(new Set(cpu.losses).size).toBe(one.updates);
    expectClose(gpu.losses, cpu.losses, { relative: 1e-3, absolute: 1e-3 }, 'loss');
    expectClose(flat(numbers(gpu.parameters)), flat(numbers(cpu.parameters)), { relative: 1e-3 }, 'parameters');
  });

  it('takes the same path again, bit for bit', async () => {
    const one = { ...cases['mlp']!, updates: 10 };
    expect(await train(runtimes.webgpu, one)).toEqual(await train(runtimes.webgpu, one));
  });
});

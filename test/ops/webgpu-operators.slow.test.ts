import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorNames } from '../../src/ops/index.ts';
import type { Backend } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { useVulkanDriver } from '../runtime/vulkan.ts';
import { firstDerivatives } from '../support/derivatives.ts';
import { operatorGraph } from '../support/random-graph.ts';
import { expectSameAsInterpreter } from '../support/runtime.ts';

/** Value and derivatives may differ from the reference by this share of their norm; docs/gpu.md states it. */
const tolerance = 1e-4;

/** Operators that are held to another bound, with the reason. */
const exceptions: Readonly<Record<string, { readonly tolerance: number; readonly because: string }>> = {};

/** One graph of each operator: the kernels are the same whatever the numbers, and each new one takes half a second on SwiftShader. */
const seed = 7;

describe.skipIf(!useVulkanDriver())('every operator on WebGPU', () => {
  let backend: Backend;
  beforeAll(async () => (backend = await createOrtBackend({ device: 'webgpu', threads: 1 })));
  afterAll(() => backend.close());

  it.each(operatorNames())('%s has the value, tangent and cotangents of its reference kernel', async (operator) => {
    const [graph] = fc.sample(operatorGraph(operator, 'float32'), { seed, numRuns: 1 });
    await expectSameAsInterpreter(backend, firstDerivatives(graph!), exceptions[operator]?.tolerance ?? tolerance);
  });

  it('is held to the same bound but for those that are named with a reason', () => {
    expect(operatorNames()).toEqual(expect.arrayContaining(Object.keys(exceptions)));
  });
});

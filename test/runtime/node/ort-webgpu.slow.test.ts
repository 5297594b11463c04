import { describe, expect, it } from 'vitest';
import { hostTensor } from '../../../src/base/index.ts';
import { availableDevices, createOrtBackend } from '../../../src/runtime/node/index.ts';
import { backendConformance } from '../conformance.ts';
import { unary } from '../models.ts';
import { useVulkanDriver } from '../vulkan.ts';

const create = () => createOrtBackend({ device: 'webgpu', threads: 1 });

describe.skipIf(!useVulkanDriver())('the WebGPU backend', () => {
  backendConformance(create, ['float32', 'int64', 'bool']);

  it('does not keep float64 on the device, and says so', async () => {
    const backend = await create();
    await expect(backend.load(unary('Neg', 'float64', [2]), { keep: ['y'] })).rejects.toMatchObject({
      code: 'RUNTIME_FAILED',
      message: 'runtime: keep "y": expected float32, int64 or bool on webgpu, got float64',
    });
    await backend.close();
  });

  it('reads an uploaded float64 tensor and passes it to a program', async () => {
    const backend = await create();
    const x = backend.upload(hostTensor('float64', [2], [1, 2]));
    const program = await backend.load(unary('Neg', 'float64', [2]), { keep: [] });
    expect((await program.run({ x }))['y']).toEqual(hostTensor('float64', [2], [-1, -2]));
    expect(await x.read()).toEqual(hostTensor('float64', [2], [1, 2]));
    await backend.close();
  });

  it('is among the available devices', async () => {
    expect((await availableDevices()).slice(0, 2)).toEqual(['cpu', 'webgpu']);
  });
});

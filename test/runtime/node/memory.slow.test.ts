import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { asDevice, type AnyTensor, type Device } from '../../../src/runtime/index.ts';
import { createOrtBackend } from '../../../src/runtime/node/index.ts';
import { zerosTensor } from '../../../src/base/index.ts';
import { descentStep } from '../models.ts';
import { useVulkanDriver } from '../vulkan.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Resident memory of this process in MB, garbage apart. */
function residentMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().rss / 1e6;
}

/** Growth in MB over `steps` steps whose `width × width` weights stay on the device, after a warm-up. */
async function growth(device: Device, steps: number, width: number): Promise<number> {
  const backend = await createOrtBackend({ device, threads: 1 });
  const step = await backend.load(descentStep(1, width, width), { keep: ['next'] });
  const x = backend.upload(zerosTensor('float32', [1, width]));
  let w: AnyTensor = backend.upload(zerosTensor('float32', [width, width]));
  const take = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      const { next } = await step.run({ x, w, t: zerosTensor('float32', [1, width]) });
      asDevice(w).dispose();
      w = next!;
    }
  };
  await take(steps / 4);
  const before = residentMegabytes();
  await take(steps);
  const after = residentMegabytes();
  await backend.close();
  return after - before;
}

describe('memory', () => {
  it('does not grow over 10,000 steps on the CPU', async () => {
    expect(await growth('cpu', 10_000, 256)).toBeLessThan(30);
  });

  it.skipIf(!useVulkanDriver())('does not grow over 120 steps on WebGPU', async () => {
    expect(await growth('webgpu', 120, 512)).toBeLessThan(30);
  });

  it('does not grow when 300 programs are loaded and released', async () => {
    const backend = await createOrtBackend({ device: 'cpu', threads: 2 });
    const model = descentStep(8, 784, 64);
    const cycle = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) await (await backend.load(model, { keep: [] })).release();
    };
    await cycle(50);
    const before = residentMegabytes();
    await cycle(300);
    expect(residentMegabytes() - before).toBeLessThan(30);
    await backend.close();
  });
});

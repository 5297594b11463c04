import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { availableDevices, createOrtBackend } from '../../../src/runtime/node/index.ts';

const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
const cudaProvider = join(packageFolder, 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');

describe('a device that is not there', () => {
  // Other files share the process.
  const before = process.env['VK_DRIVER_FILES'];
  afterAll(() => {
    if (before === undefined) delete process.env['VK_DRIVER_FILES'];
    else process.env['VK_DRIVER_FILES'] = before;
  });

  // Only Vulkan can be hidden so.
  it.skipIf(process.platform !== 'linux')('webgpu says that there is no adapter and what to do', async () => {
    process.env['VK_DRIVER_FILES'] = '/nonexistent/driver.json';
    await expect(createOrtBackend({ device: 'webgpu', threads: 1 })).rejects.toMatchObject({
      code: 'RUNTIME_UNAVAILABLE',
      message: expect.stringMatching(
        /^device webgpu: .*adapter.*; install a Vulkan driver \(docs\/gpu\.md\)[^\n]*$/,
      ) as string,
    });
  });

  it.skipIf(process.platform !== 'linux')('is not among the available ones', async () => {
    process.env['VK_DRIVER_FILES'] = '/nonexistent/driver.json';
    const devices = await availableDevices();
    expect(devices).toContain('cpu');
    expect(devices).not.toContain('webgpu');
  });

  it.skipIf(existsSync(cudaProvider))('cuda says that its provider is missing and how to get it', async () => {
    await expect(createOrtBackend({ device: 'cuda', threads: 1 })).rejects.toMatchObject({
      code: 'RUNTIME_UNAVAILABLE',
      message: expect.stringMatching(
        /^device cuda: .*; install the CUDA provider of onnxruntime-node \(docs\/gpu\.md\)[^\n]*$/,
      ) as string,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { ThalwegError } from '../../../src/base/index.ts';
import { openingFailed, reasonOf, runtimeFailed } from '../../../src/runtime/ort/error.ts';

/** What the runtime, Dawn, Vulkan and CUDA say, and what it means while a program runs. */
const said = [
  [
    'BFCArena::AllocateRawInternal Available memory of 512 is smaller than requested bytes; ran out of memory',
    'DEVICE_MEMORY',
  ],
  ['CUDA failure 2: out of memory ; GPU=0 ; hostname=node17', 'DEVICE_MEMORY'],
  ['CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0', 'DEVICE_MEMORY'],
  ['Failed to allocate memory for requested buffer of size 137438953472', 'DEVICE_MEMORY'],
  ['std::bad_alloc', 'DEVICE_MEMORY'],
  ['WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.', 'DEVICE_MEMORY'],
  ['Buffer size (137438953472) exceeds the max buffer size limit (1073741824).', 'DEVICE_MEMORY'],
  ['WebGPU device lost (2): GPU connection lost', 'DEVICE_LOST'],
  ['[Device] is lost.', 'DEVICE_LOST'],
  ['[Device "ort"] is lost.', 'DEVICE_LOST'],
  ['vkQueueSubmit failed with VK_ERROR_DEVICE_LOST', 'DEVICE_LOST'],
  ['Failed to download data from buffer. wgpu::MapAsyncStatus value: 4', 'DEVICE_LOST'],
  ['CUDA failure 719: unspecified launch failure ; GPU=0', 'DEVICE_LOST'],
  ['Failed to get a WebGPU device: required limits are not supported', 'DEVICE_FEATURE'],
  ['Vulkan shaderUniform*ArrayDynamicIndexing required.', 'DEVICE_FEATURE'],
  ['CUDA failure 209: no kernel image is available for execution on the device', 'DEVICE_FEATURE'],
  ['Could not find an implementation for Erf(13) node with name "erf"', 'RUNTIME_FAILED'],
] as const;

describe('what the runtime throws', () => {
  it.each(said)('%s becomes %s', (message, code) => {
    const cause = new Error(message);
    const error = runtimeFailed('cannot run the program', cause);
    expect(error).toMatchObject({ code, cause });
    expect(error.message).toBe(`runtime: cannot run the program: ${message}`);
  });

  it('while a device opens means that it is not there, unless it says more', () => {
    const opening = (message: string) => openingFailed('webgpu', 'install a driver', new Error(message));
    expect(opening('Failed to get a WebGPU adapter: No supported adapters')).toMatchObject({
      code: 'RUNTIME_UNAVAILABLE',
      message: 'device webgpu: Failed to get a WebGPU adapter: No supported adapters; install a driver',
    });
    expect(opening('Vulkan shaderUniform*ArrayDynamicIndexing required.').code).toBe('DEVICE_FEATURE');
    expect(opening('CUDA failure 2: out of memory').code).toBe('DEVICE_MEMORY');
  });

  it('is told of in its first line, without the place in the source', () => {
    const text = '/onnxruntime_src/webgpu_context.cc:1 status == Success was false. [Device] is lost.\n at frame 0';
    expect(reasonOf(new Error(text))).toBe('[Device] is lost.');
    expect(runtimeFailed('cannot copy', new Error(text)).code).toBe('DEVICE_LOST');
    expect(reasonOf(new Error('\n'))).toBe('no reason given');
  });

  it('stays what it is where it is an error of ours', () => {
    const own = new ThalwegError('RUNTIME_INPUT', 'out of memory');
    expect(runtimeFailed('cannot run', own)).toBe(own);
  });
});

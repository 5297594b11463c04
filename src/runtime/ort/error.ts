import { ThalwegError, type ErrorCode } from '../../base/index.ts';

/**
 * What messages of the runtime, of WebGPU (Dawn) and of CUDA say about the device; the first that fits. A buffer for which there was no
 * memory is told of only where it is used: as invalid.
 */
const meanings: readonly (readonly [code: ErrorCode, said: RegExp])[] = [
  ['DEVICE_MEMORY', /out of (device |host )?memory|OUT_OF_\w*MEMORY|bad[ _]alloc(ation)?\b|ALLOC_FAILED/i],
  [
    'DEVICE_MEMORY',
    /failed to allocate memory|\bran out of memory|\[Invalid Buffer|exceeds the max buffer size limit/i,
  ],
  [
    'DEVICE_LOST',
    /device (is |was )?lost|\[Device\S*( "[^"]*")?\] is lost|DEVICE_LOST|Failed to download data from buffer/i,
  ],
  ['DEVICE_LOST', /fallen off the bus|uncorrectable ECC|illegal memory access|unspecified launch failure/i],
  ['DEVICE_FEATURE', /ArrayDynamicIndexing|Vulkan \w+ features? required|Insufficient Vulkan limits/],
  [
    'DEVICE_FEATURE',
    /Feature \S+ is not (available|supported)|Failed to get a WebGPU device|driver version is insufficient/,
  ],
  ['DEVICE_FEATURE', /no kernel image is available|exceeds (the )?(WebGPU|device) (supported )?(maximum|limit)/i],
];

/** The registered code of what the runtime threw; `otherwise` where it says nothing of the device. */
function codeOf(cause: unknown, otherwise: ErrorCode): ErrorCode {
  const text = textOf(cause);
  return meanings.find(([, said]) => said.test(text))?.[0] ?? otherwise;
}

/** What the runtime threw while it compiled or ran a program, as an error of ours with the first line of its reason. */
export function runtimeFailed(action: string, cause: unknown): ThalwegError {
  if (cause instanceof ThalwegError) return cause;
  return new ThalwegError(codeOf(cause, 'RUNTIME_FAILED'), `runtime: ${action}: ${reasonOf(cause)}`, { cause });
}

/** What the runtime threw while it opened a device. */
export const openingFailed = (device: string, remedy: string, cause: unknown): ThalwegError =>
  new ThalwegError(codeOf(cause, 'RUNTIME_UNAVAILABLE'), `device ${device}: ${reasonOf(cause)}; ${remedy}`, { cause });

/** Whether an error says that a device cannot be used on this machine: it is not there, or lacks what programs need. */
export const isUnavailable = (error: ThalwegError): boolean =>
  error.code === 'RUNTIME_UNAVAILABLE' || error.code === 'DEVICE_FEATURE';

/**
 * The first line of what the runtime says. Messages of its failed assertions begin with a source line and the condition
 * in C++ (`… was false. `), those of its builds for browsers with a number (`ERROR_CODE: 7, ERROR_MESSAGE: `), which say nothing
 * to a user.
 */
export function reasonOf(cause: unknown): string {
  const line =
    textOf(cause)
      .split('\n')
      .find((candidate) => candidate.trim() !== '') ?? 'no reason given';
  return line.replace(/^.*(?: was false\.|ERROR_MESSAGE:) /, '').trim();
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

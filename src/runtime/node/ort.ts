import { availableParallelism } from 'node:os';
import type * as Ort from 'onnxruntime-node';
import { ThalwegError } from '../../base/index.ts';
import type { Backend, Device } from '../backend.ts';
import { isUnavailable, openBackend, reasonOf, sessionOptions } from '../ort/index.ts';
import { openBest } from './best.ts';
import { whyNoCard } from './graphics-card.ts';
import { precisionNote } from './precision.ts';

export interface OrtOptions {
  /** `auto` takes the best that is there: `cuda`, then `webgpu` on a graphics card, then `cpu`. */
  readonly device: Device | 'auto';
  /** Threads used inside an operator; `auto` takes one for each processor that this process may use. */
  readonly threads: number | 'auto';
  /** Told what `auto` took, and why nothing better. */
  readonly onChoice?: ((line: string) => void) | undefined;
}

/**
 * A backend over ONNX Runtime for Node. Its native module is loaded on the first call. Throws `RUNTIME_UNAVAILABLE` when
 * the device or its provider is missing, `DEVICE_FEATURE` when its driver lacks something, `USAGE` for a thread count that is not a positive integer.
 */
export async function createOrtBackend({ device, threads: wanted, onChoice }: OrtOptions): Promise<Backend> {
  const threads = resolveThreads(wanted);
  const ort = await loadRuntime();
  const open = (one: Device): Promise<Backend> => openDevice(ort, one, threads);
  return device === 'auto' ? openBest(open, whyNoCard(), onChoice) : open(device);
}

function openDevice(ort: typeof Ort, device: Device, threads: number): Promise<Backend> {
  return openBackend({
    device,
    threads,
    version: `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}${precisionNote(device)}`,
    remedy: remedy[device],
    Tensor: ort.Tensor,
    open: (model, outputs) =>
      ort.InferenceSession.create(model, {
        ...sessionOptions,
        executionProviders: [device],
        preferredOutputLocation: outputs,
        intraOpNumThreads: threads,
        // Idle threads that spin take the cores from whatever else runs: another program's threads, the server. On two busy
        // cores two programs in turn took 1.5–2.6 ms a run without spinning, 3.0–9.4 ms with it.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      }),
  });
}

/** The devices that work here, the CPU first. Tries each one. */
export async function availableDevices(): Promise<Device[]> {
  const working: Device[] = [];
  for (const device of ['cpu', 'webgpu', 'cuda'] as const) {
    try {
      await (await createOrtBackend({ device, threads: 1 })).close();
      working.push(device);
    } catch (error) {
      if (!(error instanceof ThalwegError && isUnavailable(error))) throw error;
    }
  }
  return working;
}

function resolveThreads(threads: number | 'auto'): number {
  if (threads === 'auto') return availableParallelism();
  if (Number.isSafeInteger(threads) && threads > 0) return threads;
  throw new ThalwegError('USAGE', `runtime: expected a positive number of threads or "auto", got ${threads}`);
}

async function loadRuntime(): Promise<typeof Ort> {
  try {
    const ort = await import('onnxruntime-node');
    // Failures reach the caller as errors; the runtime need not print them as well.
    ort.env.logLevel = 'fatal';
    return ort;
  } catch (cause) {
    const message = `runtime: cannot load onnxruntime-node on ${process.platform} ${process.arch}: ${reasonOf(cause)}`;
    throw new ThalwegError('RUNTIME_UNAVAILABLE', message, { cause });
  }
}

const remedy: Record<Device, string> = {
  cpu: 'reinstall onnxruntime-node',
  webgpu: 'install a Vulkan driver (docs/gpu.md) or use --device cpu',
  cuda: 'install the CUDA provider of onnxruntime-node (docs/gpu.md) or use --device cpu',
};

import { availableParallelism } from 'node:os';
import type * as Ort from 'onnxruntime-node';
import { ThalwegError, type DType, type HostTensor } from '../../base/index.ts';
import { encodeCopyModel } from '../../graph/index.ts';
import type { Backend, Device, DeviceTensor, Executable } from '../backend.ts';
import { reasonOf, runtimeFailed } from './ort-error.ts';
import { OrtExecutable, type OrtHost } from './ort-executable.ts';
import { OrtTensor, type Transfer } from './ort-tensor.ts';
import { GpuTransfer, hostTransfer, inGpuBuffer, type Location } from './ort-transfer.ts';

export interface OrtOptions {
  readonly device: Device;
  /** Threads used inside an operator; `auto` takes one for each processor that this process may use. */
  readonly threads: number | 'auto';
}

/**
 * A backend over ONNX Runtime for Node. Its native module is loaded on the first call. Throws `RUNTIME_UNAVAILABLE` when
 * the device or its provider is missing, `USAGE` for a thread count that is not a positive integer.
 */
export async function createOrtBackend(options: OrtOptions): Promise<Backend> {
  const threads = resolveThreads(options.threads);
  const backend = new OrtBackend(await loadRuntime(), options.device, threads);
  await backend.probe();
  return backend;
}

/** The devices that work here, the CPU first. Tries each one. */
export async function availableDevices(): Promise<Device[]> {
  const working: Device[] = [];
  for (const device of ['cpu', 'webgpu', 'cuda'] as const) {
    try {
      await (await createOrtBackend({ device, threads: 1 })).close();
      working.push(device);
    } catch (error) {
      if (!(error instanceof ThalwegError && error.code === 'RUNTIME_UNAVAILABLE')) throw error;
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

class OrtBackend implements Backend, OrtHost {
  readonly device: Device;
  readonly threads: number;
  readonly version: string;
  readonly transfer: Transfer;
  readonly #ort: typeof Ort;
  readonly #gpu: GpuTransfer | undefined;
  readonly #loaded = new Set<OrtExecutable>();
  #closed = false;

  constructor(ort: typeof Ort, device: Device, threads: number) {
    this.device = device;
    this.threads = threads;
    this.version = `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`;
    this.#ort = ort;
    this.#gpu = device === 'webgpu' ? new GpuTransfer((model, location) => this.#open(model, location)) : undefined;
    this.transfer = this.#gpu ?? hostTransfer();
  }

  /** Opens a session to see whether the device works. Throws `RUNTIME_UNAVAILABLE`. */
  async probe(): Promise<void> {
    try {
      await (await this.#open(encodeCopyModel('float32'), 'cpu')).release();
    } catch (cause) {
      const message = `device ${this.device}: ${reasonOf(cause)}; ${remedy[this.device]}`;
      throw new ThalwegError('RUNTIME_UNAVAILABLE', message, { cause });
    }
  }

  async load(model: Uint8Array, { keep }: { readonly keep: readonly string[] }): Promise<Executable> {
    this.#requireOpen();
    const executable = new OrtExecutable(this, await this.#compile(model, keep), keep);
    this.#loaded.add(executable);
    return executable;
  }

  upload(tensor: HostTensor): DeviceTensor {
    this.#requireOpen();
    return new OrtTensor(this.wrap({ ...tensor, data: tensor.data.slice() }), this.transfer);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const executable of [...this.#loaded]) await executable.release();
    await this.#gpu?.close();
  }

  wrap(tensor: HostTensor): Ort.Tensor {
    return new this.#ort.Tensor(tensor.dtype, tensor.data as never, tensor.shape);
  }

  forget(executable: OrtExecutable): void {
    this.#loaded.delete(executable);
  }

  async #compile(model: Uint8Array, keep: readonly string[]): Promise<Ort.InferenceSession> {
    const places = this.#gpu ? Object.fromEntries(keep.map((name) => [name, 'gpu-buffer' as const])) : {};
    let session: Ort.InferenceSession | undefined;
    try {
      session = await this.#open(model, places);
      this.#checkKept(session, keep);
      return session;
    } catch (cause) {
      await session?.release();
      throw runtimeFailed('cannot compile the program', cause);
    }
  }

  #checkKept(session: Ort.InferenceSession, keep: readonly string[]): void {
    for (const name of keep) {
      const metadata = session.outputMetadata.find((output) => output.name === name);
      if (metadata === undefined)
        throw new ThalwegError('RUNTIME_FAILED', `runtime: keep: expected an output of the program, got "${name}"`);
      if (this.#gpu && metadata.isTensor && !inGpuBuffer(metadata.type as DType)) {
        const message = `runtime: keep "${name}": expected float32, int64 or bool on ${this.device}, got ${metadata.type}`;
        throw new ThalwegError('RUNTIME_FAILED', message);
      }
    }
  }

  #open(model: Uint8Array, outputs: Location | Record<string, Location>): Promise<Ort.InferenceSession> {
    return this.#ort.InferenceSession.create(model, {
      executionProviders: [this.device],
      preferredOutputLocation: outputs,
      graphOptimizationLevel: 'all',
      intraOpNumThreads: this.threads,
      interOpNumThreads: 1,
      // Idle threads that spin take the cores from whatever else runs: another program's threads, the server. On two busy
      // cores two programs in turn took 1.5–2.6 ms a run without spinning, 3.0–9.4 ms with it.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4,
    });
  }

  #requireOpen(): void {
    if (this.#closed) throw new ThalwegError('RUNTIME_FAILED', 'runtime: expected an open device, got a closed one');
  }
}

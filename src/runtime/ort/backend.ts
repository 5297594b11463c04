import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { ThalwegError, type DType, type HostTensor } from '../../base/index.ts';
import { encodeCopyModel } from '../../graph/index.ts';
import type { Backend, Device, DeviceTensor, Executable } from '../backend.ts';
import { openingFailed, runtimeFailed } from './error.ts';
import { OrtExecutable, type OrtHost, type OrtSession } from './executable.ts';
import { OrtTensor, type Transfer } from './tensor.ts';
import { GpuTransfer, hostTransfer, inGpuBuffer, type Location } from './transfer.ts';

/** What one build of ONNX Runtime brings: for Node, for WebAssembly, for a browser's GPU. All else is the same everywhere. */
export interface OrtBuild {
  readonly device: Device;
  readonly threads: number;
  /** Package and version. */
  readonly version: string;
  /** What to do where the device does not work. */
  readonly remedy: string;
  readonly Tensor: typeof Tensor;
  /** Opens a model. Outputs stay at `outputs`, those that it does not name in host memory. */
  open(model: Uint8Array, outputs: Location | Record<string, Location>): Promise<OrtSession>;
}

/** Options of every session; each build adds its provider and threads. */
export const sessionOptions = { graphOptimizationLevel: 'all', interOpNumThreads: 1, logSeverityLevel: 4 } as const;

/** A backend over a build of the runtime, after a first session has shown that the device works. Throws `RUNTIME_UNAVAILABLE`, `DEVICE_FEATURE`. */
export async function openBackend(build: OrtBuild): Promise<Backend> {
  try {
    await (await build.open(encodeCopyModel('float32'), 'cpu')).release();
  } catch (cause) {
    throw openingFailed(build.device, build.remedy, cause);
  }
  return new OrtBackend(build);
}

class OrtBackend implements Backend, OrtHost {
  readonly transfer: Transfer;
  readonly #build: OrtBuild;
  readonly #gpu: GpuTransfer | undefined;
  readonly #loaded = new Set<OrtExecutable>();
  #closed = false;

  constructor(build: OrtBuild) {
    this.#build = build;
    this.#gpu =
      build.device === 'webgpu' ? new GpuTransfer((model, location) => build.open(model, location)) : undefined;
    this.transfer = this.#gpu ?? hostTransfer();
  }

  get device(): Device {
    return this.#build.device;
  }

  get threads(): number {
    return this.#build.threads;
  }

  get version(): string {
    return this.#build.version;
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

  wrap(tensor: HostTensor): Tensor {
    return new this.#build.Tensor(tensor.dtype, tensor.data as never, tensor.shape);
  }

  forget(executable: OrtExecutable): void {
    this.#loaded.delete(executable);
  }

  async #compile(model: Uint8Array, keep: readonly string[]): Promise<OrtSession> {
    const places = this.#gpu ? Object.fromEntries(keep.map((name) => [name, 'gpu-buffer' as const])) : {};
    let session: OrtSession | undefined;
    try {
      session = await this.#build.open(model, places);
      this.#checkKept(session.outputMetadata, keep);
      return session;
    } catch (cause) {
      await session?.release();
      throw runtimeFailed('cannot compile the program', cause);
    }
  }

  #checkKept(outputs: readonly InferenceSession.ValueMetadata[], keep: readonly string[]): void {
    for (const name of keep) {
      const metadata = outputs.find((output) => output.name === name);
      if (metadata === undefined)
        throw new ThalwegError('RUNTIME_FAILED', `runtime: keep: expected an output of the program, got "${name}"`);
      if (this.#gpu && metadata.isTensor && !inGpuBuffer(metadata.type as DType)) {
        const message = `runtime: keep "${name}": expected float32, int64 or bool on ${this.device}, got ${metadata.type}`;
        throw new ThalwegError('RUNTIME_FAILED', message);
      }
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new ThalwegError('RUNTIME_FAILED', 'runtime: expected an open device, got a closed one');
  }
}

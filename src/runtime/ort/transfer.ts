import type { Tensor as OrtValue } from 'onnxruntime-common';
import type { DataOf, DType, HostTensor, TensorType } from '../../base/index.ts';
import { encodeCopyModel } from '../../graph/index.ts';
import { runtimeFailed } from './error.ts';
import type { OrtSession } from './executable.ts';
import type { Transfer } from './tensor.ts';

/** Where a session leaves its outputs. */
export type Location = 'cpu' | 'gpu-buffer';

/** Opens a session whose outputs stay at `location`. */
export type OpenSession = (model: Uint8Array, location: Location) => Promise<OrtSession>;

/** For a backend whose programs read host memory. */
export const hostTransfer = (): Transfer => ({
  toHost: async (value, type) => copyOf(hostView(value, type)),
  toDevice: async (value) => value,
});

/** Element types that the runtime keeps in GPU buffers. */
export const inGpuBuffer = (dtype: DType): boolean => dtype !== 'float64';

/**
 * Copies through programs of one Identity, on every build alike: the runtime's own download is not implemented in Node, where it
 * ends the process.
 */
export class GpuTransfer implements Transfer {
  readonly #open: OpenSession;
  readonly #sessions = new Map<string, Promise<OrtSession>>();

  constructor(open: OpenSession) {
    this.#open = open;
  }

  async toHost(value: OrtValue, type: TensorType): Promise<HostTensor> {
    if (value.location === 'cpu') return copyOf(hostView(value, type));
    return hostView(await this.#copy(value, type.dtype, 'cpu'), type);
  }

  async toDevice(value: OrtValue, type: TensorType): Promise<OrtValue> {
    if (value.location !== 'cpu' || !inGpuBuffer(type.dtype)) return value;
    return this.#copy(value, type.dtype, 'gpu-buffer');
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  async #copy(x: OrtValue, dtype: DType, location: Location): Promise<OrtValue> {
    try {
      const { y } = await (await this.#session(dtype, location)).run({ x });
      return y!;
    } catch (cause) {
      throw runtimeFailed(`cannot copy ${dtype} elements`, cause);
    }
  }

  #session(dtype: DType, location: Location): Promise<OrtSession> {
    const key = `${dtype} ${location}`;
    const known = this.#sessions.get(key);
    if (known) return known;
    const session = this.#open(encodeCopyModel(dtype), location);
    this.#sessions.set(key, session);
    return session;
  }
}

/** The elements of a value in host memory, without a copy. */
export const hostView = (value: OrtValue, { dtype, shape }: TensorType): HostTensor => ({
  dtype,
  shape,
  data: value.data as DataOf[DType],
});

const copyOf = (tensor: HostTensor): HostTensor => ({ ...tensor, data: tensor.data.slice() });

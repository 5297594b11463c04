import type { Tensor as OrtValue } from 'onnxruntime-common';
import { formatType, ThalwegError, type DType, type HostTensor, type TensorType } from '../../base/index.ts';
import type { DeviceTensor } from '../backend.ts';

/** Moves elements between the host and the device. */
export interface Transfer {
  /** A host tensor with a copy of the elements of `value`. */
  toHost(value: OrtValue, type: TensorType): Promise<HostTensor>;
  /** The value where programs read it without a transfer; `value` itself when it is there. */
  toDevice(value: OrtValue, type: TensorType): Promise<OrtValue>;
}

/** A tensor that the runtime holds: in host memory on `cpu` and `cuda`, in a GPU buffer on `webgpu`. */
export class OrtTensor<D extends DType = DType> implements DeviceTensor<D> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly transfer: Transfer;
  #value: OrtValue | undefined;
  #moving: Promise<OrtValue> | undefined;

  constructor(value: OrtValue, transfer: Transfer) {
    this.dtype = value.type as D;
    this.shape = value.dims;
    this.transfer = transfer;
    this.#value = value;
  }

  get disposed(): boolean {
    return this.#value === undefined;
  }

  async read(): Promise<HostTensor<D>> {
    return (await this.transfer.toHost(this.#held, this)) as HostTensor<D>;
  }

  dispose(): void {
    this.#value?.dispose();
    this.#value = undefined;
  }

  /** The value on the device: one that was uploaded moves there when it is first needed. */
  onDevice(): Promise<OrtValue> {
    const value = this.#held;
    return (this.#moving ??= this.transfer.toDevice(value, this).then((moved) => {
      if (this.disposed && moved !== value) moved.dispose();
      else this.#value = moved;
      return moved;
    }));
  }

  get #held(): OrtValue {
    if (this.#value !== undefined) return this.#value;
    throw new ThalwegError('RUNTIME_INPUT', `tensor: expected ${formatType(this)}, got a disposed tensor`);
  }
}

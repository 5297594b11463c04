import type { DType, HostTensor, Shape, TensorType } from '../base/index.ts';

/** Where programs run. */
export type Device = 'cpu' | 'webgpu' | 'cuda';

/**
 * A tensor that stays where the device has it. It belongs to whoever received it: `dispose` gives its memory back.
 * Using it afterwards is an error, not undefined behaviour.
 */
export interface DeviceTensor<D extends DType = DType> extends TensorType {
  readonly dtype: D;
  readonly shape: Shape;
  readonly disposed: boolean;
  /** A copy of its elements. */
  read(): Promise<HostTensor<D>>;
  dispose(): void;
}

export type AnyTensor = HostTensor | DeviceTensor;

/** A model that the device has compiled. Not: caching, naming, trees of parameters — `Program` does those. */
export interface Executable {
  /**
   * Runs once. Outputs named in `keep` come back as device tensors, all others as host tensors in fresh memory.
   * Inputs are neither changed nor disposed. Calls on one executable must not overlap. Throws what {@link Backend.load} throws.
   */
  run(inputs: Readonly<Record<string, AnyTensor>>): Promise<Record<string, AnyTensor>>;
  release(): Promise<void>;
}

/**
 * What a runtime must offer. It knows bytes of an ONNX model and tensors; it knows nothing of graphs, derivatives or
 * training. Every adapter passes the same conformance suite.
 */
export interface Backend {
  readonly device: Device;
  /** Threads used inside an operator. */
  readonly threads: number;
  /** Version of the runtime behind it, for the record. */
  readonly version: string;
  /** Compiles an encoded ONNX model. `keep` names outputs that stay on the device. Throws `RUNTIME_FAILED`, `DEVICE_MEMORY`, `DEVICE_LOST`. */
  load(model: Uint8Array, options: { readonly keep: readonly string[] }): Promise<Executable>;
  /** Copies a tensor to the device. */
  upload(tensor: HostTensor): DeviceTensor;
  /** Releases everything; later calls fail. */
  close(): Promise<void>;
}

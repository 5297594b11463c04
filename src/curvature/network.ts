import { formatType, hostTensor, isFloat, sameShape, suggest, ThalwegError, toFloat64 } from '../base/index.ts';
import type { HostTensor, Shape } from '../base/index.ts';
import type { FloatType } from '../linop/index.ts';
import type { Mode, Model } from '../nn/index.ts';
import { isDeviceTensor, readTensor, type AnyTensor, type Backend, type Runtime } from '../runtime/index.ts';
import type { ChunkedExamples, Objective } from '../train/index.ts';

/** A point θ of a network's parameter space. */
export interface NetworkPoint {
  readonly parameters: Readonly<Record<string, AnyTensor>>;
  /** Running statistics of batch normalisation; empty without it. */
  readonly buffers: Readonly<Record<string, AnyTensor>>;
}

/** A network at one point θ of its parameter space, and the examples it is measured on. */
export interface MeasuredNetwork extends NetworkPoint {
  readonly runtime: Runtime;
  readonly objective: Objective;
  /** At least one example. Chunks bound the memory; the results do not depend on them but for rounding (and `mode`). */
  readonly examples: ChunkedExamples;
  /**
   * Which statistics batch normalisation takes: those of each chunk (`train`), so that what is measured depends on the
   * chunks, or the running ones (`evaluate`). Without batch normalisation both are the same.
   */
  readonly mode: Mode;
  /**
   * Element type of the computation; default `float32`. In `float64` the runtime has kernels for fully connected networks
   * on the CPU, but none for convolutions, nor on a GPU: compiling then throws `RUNTIME_FAILED`.
   */
  readonly dtype?: FloatType;
}

/** Whether an example's loss depends on the other examples of its chunk. */
export const couplesExamples = ({ objective, mode }: Pick<MeasuredNetwork, 'objective' | 'mode'>): boolean =>
  mode === 'train' && objective.model.buffers.length > 0;

/**
 * Throws `USAGE` when the examples of a chunk depend on each other: gradients of single examples, whose mean is the
 * gradient, do not exist then.
 */
export function requireSeparableExamples(name: string, network: MeasuredNetwork): void {
  if (couplesExamples(network))
    throw new ThalwegError(
      'USAGE',
      `${name}: expected examples with gradients of their own, got batch normalisation in train mode, which couples the examples of a chunk; take its running statistics (batchNorm: running; in the library mode "evaluate")`,
    );
}

/** Throws `USAGE` when there is nothing to take a mean over. */
export function requireExamples(name: string, { examples }: MeasuredNetwork): void {
  if (examples.count === 0) throw new ThalwegError('USAGE', `${name}: expected at least one example, got none`);
}

interface Declared {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * The tensors of a point in the element type of a measurement, where its programs run: on the CPU in host memory, without a
 * copy where the type is the same; elsewhere on the device. Throws `RUNTIME_INPUT` naming the tensor that `model` does
 * not have, lacks, or has in another shape.
 */
export async function placedPoint(
  model: Model,
  point: NetworkPoint,
  dtype: FloatType,
  backend: Backend,
): Promise<NetworkPoint> {
  return {
    parameters: await placed('parameter', model.parameters, point.parameters, dtype, backend),
    buffers: await placed('buffer', model.buffers, point.buffers, dtype, backend),
  };
}

async function placed(
  kind: string,
  declared: readonly Declared[],
  given: Readonly<Record<string, AnyTensor>>,
  dtype: FloatType,
  backend: Backend,
): Promise<Record<string, AnyTensor>> {
  const names = declared.map(({ name }) => name);
  const foreign = Object.keys(given).find((name) => !names.includes(name));
  if (foreign !== undefined)
    throw wrong(kind, foreign, `expected no such ${kind} in this model; ${suggest(foreign, names)}`);
  const result: Record<string, AnyTensor> = {};
  for (const { name, shape } of declared) {
    const tensor = given[name];
    const came = tensor === undefined ? 'nothing' : formatType(tensor);
    if (tensor === undefined || !isFloat(tensor.dtype) || !sameShape(tensor.shape, shape))
      throw wrong(kind, name, `expected ${formatType({ dtype, shape })}, got ${came}`);
    if (isDeviceTensor(tensor) && tensor.disposed)
      throw wrong(kind, name, `expected ${formatType({ dtype, shape })}, got a disposed tensor`);
    const values = converted(await readTensor(tensor), dtype);
    result[name] = placeTensor(backend, values);
  }
  return result;
}

/** A tensor where programs of `backend` read it best; a device tensor is the caller's. */
export const placeTensor = (backend: Backend, tensor: HostTensor): AnyTensor =>
  backend.device === 'cpu' ? tensor : backend.upload(tensor);

const converted = (tensor: HostTensor, dtype: FloatType): HostTensor =>
  tensor.dtype === dtype ? tensor : hostTensor(dtype, tensor.shape, toFloat64(tensor));

const wrong = (kind: string, name: string, message: string): ThalwegError =>
  new ThalwegError('RUNTIME_INPUT', `${kind} "${name}": ${message}`);

import { scalar, scalarValue, zerosTensor, type HostTensor } from '../base/index.ts';
import {
  asDevice,
  asHost,
  disposeTree,
  type AnyTensor,
  type Backend,
  type DeviceTensor,
  type Runtime,
} from '../runtime/index.ts';
import type { Chunk, ChunkedExamples } from './examples.ts';
import { compileAccumulate, compileBatchStep, compileFullStep, type Objective } from './programs.ts';

/** Values of parameters on the device, by name. */
export type DeviceParameters = Readonly<Record<string, DeviceTensor>>;

/** A network's tensors on the device. */
export interface DeviceNetwork {
  readonly parameters: DeviceParameters;
  /** Running statistics of batch normalisation; empty without it. */
  readonly buffers: DeviceParameters;
}

/** What one update produced. */
export interface Stepped extends DeviceNetwork {
  /** The gradient; null when the stepper was made without it. */
  readonly gradient: DeviceParameters | null;
  /** Mean loss at the old parameters over the examples the gradient was taken on. */
  readonly loss: number;
}

/** Makes `θ_{t+1}` and its buffers from `θ_t`: how the gradient is estimated is what distinguishes SGD from full-batch descent. */
export interface Stepper {
  step(network: DeviceNetwork, learningRate: number, iteration: number): Promise<Stepped>;
  release(): Promise<void>;
}

type Tensors = Readonly<Record<string, AnyTensor>>;

/** Copies of host tensors on the device. */
export const uploadAll = (backend: Backend, tensors: Readonly<Record<string, HostTensor>>): DeviceParameters =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, backend.upload(tensor)]));

const devices = (tensors: Tensors): DeviceParameters =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, asDevice(tensor)]));

/** What a program that updates parameters returned. */
const stepped = (
  result: { readonly parameters: Tensors; readonly loss: AnyTensor; readonly gradient?: Tensors },
  buffers: Tensors,
): Stepped => ({
  parameters: devices(result.parameters),
  buffers: devices(buffers),
  gradient: result.gradient ? devices(result.gradient) : null,
  loss: scalarValue(asHost(result.loss)),
});

/** Mini-batch SGD: `batchAt(t)` gives the examples of update t. */
export async function createBatchStepper(
  runtime: Runtime,
  objective: Objective,
  batchSize: number,
  batchAt: (iteration: number) => Chunk,
  keepGradient: boolean,
): Promise<Stepper> {
  const program = await compileBatchStep(runtime, objective, batchSize, keepGradient);
  return {
    async step({ parameters, buffers }, learningRate, iteration) {
      const { x, labels } = batchAt(iteration);
      const inputs = { parameters, buffers, x, labels, learningRate: scalar(learningRate, 'float32') };
      const result = await program.run(inputs);
      return stepped(result, result.buffers);
    },
    release: () => program.release(),
  };
}

/** Summed gradient and loss of some examples. */
type Total = { readonly gradient: Tensors; readonly loss: AnyTensor };

/**
 * Full-batch gradient descent: the exact gradient of the mean loss, summed over chunks. Batch normalisation takes the
 * statistics of each chunk, so with it the loss that is descended depends on the chunk size; the running statistics follow
 * every chunk.
 */
export async function createFullStepper(
  runtime: Runtime,
  objective: Objective,
  examples: ChunkedExamples,
  keepGradient: boolean,
): Promise<Stepper> {
  const accumulate = await examples.forSizes((size) => compileAccumulate(runtime, objective, size));
  const update = await compileFullStep(runtime, objective, examples.count, keepGradient);
  const zeros = objective.model.parameters.map(({ name, shape }) => [name, zerosTensor('float32', shape)] as const);
  const nothing: Total = { gradient: Object.fromEntries(zeros), loss: zerosTensor('float32', []) };

  /** Sums over all chunks, and the buffers after the last. */
  async function totalAt({ parameters, buffers }: DeviceNetwork): Promise<{ total: Total; buffers: Tensors }> {
    let [total, passing]: [Total, Tensors] = [nothing, buffers];
    for (const { size, x, labels } of examples.chunks) {
      const [before, given] = [total, passing];
      try {
        const result = await accumulate.get(size)!.run({ parameters, buffers: given, total: before, x, labels });
        total = { gradient: result.gradient, loss: result.loss };
        passing = result.buffers;
      } finally {
        disposeTree([before.gradient, before.loss, given === buffers ? [] : given]);
      }
    }
    return { total, buffers: passing };
  }
  return {
    async step(network, learningRate) {
      const { total, buffers } = await totalAt(network);
      try {
        const inputs = { parameters: network.parameters, total, learningRate: scalar(learningRate, 'float32') };
        return stepped(await update.run(inputs), buffers);
      } finally {
        disposeTree([total.gradient, total.loss]);
      }
    },
    async release() {
      for (const program of [...accumulate.values(), update]) await program.release();
    },
  };
}

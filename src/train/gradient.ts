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

/** What one update produced. */
export interface Stepped {
  readonly parameters: DeviceParameters;
  /** The gradient; null when the stepper was made without it. */
  readonly gradient: DeviceParameters | null;
  /** Mean loss at the old parameters over the examples the gradient was taken on. */
  readonly loss: number;
  /** `‖θ_{t+1}‖²`, a cheap sign of trouble: finite only if every new parameter is. */
  readonly squaredNorm: number;
}

/** Makes `θ_{t+1}` from `θ_t`: how the gradient is estimated is what distinguishes SGD from full-batch descent. */
export interface Stepper {
  step(parameters: DeviceParameters, learningRate: number, iteration: number): Promise<Stepped>;
  release(): Promise<void>;
}

type Tensors = Readonly<Record<string, AnyTensor>>;

/** Copies of host tensors on the device. */
export const uploadAll = (backend: Backend, tensors: Readonly<Record<string, HostTensor>>): DeviceParameters =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, backend.upload(tensor)]));

/** What a program that updates parameters returned. */
function stepped(result: {
  parameters: Tensors;
  loss: AnyTensor;
  squaredNorm: AnyTensor;
  gradient?: Tensors;
}): Stepped {
  const devices = (tensors: Tensors): DeviceParameters =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, asDevice(tensor)]));
  return {
    parameters: devices(result.parameters),
    gradient: result.gradient ? devices(result.gradient) : null,
    loss: scalarValue(asHost(result.loss)),
    squaredNorm: scalarValue(asHost(result.squaredNorm)),
  };
}

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
    async step(parameters, learningRate, iteration) {
      const { x, labels } = batchAt(iteration);
      return stepped(await program.run({ parameters, x, labels, learningRate: scalar(learningRate, 'float32') }));
    },
    release: () => program.release(),
  };
}

/** Summed gradient and loss of some examples. */
type Total = { readonly gradient: Tensors; readonly loss: AnyTensor };

/** Full-batch gradient descent: the exact gradient of the mean loss, summed over chunks. */
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

  async function totalAt(parameters: DeviceParameters): Promise<Total> {
    let total = nothing;
    for (const { size, x, labels } of examples.chunks) {
      const before = total;
      try {
        total = await accumulate.get(size)!.run({ parameters, total: before, x, labels });
      } finally {
        disposeTree(before);
      }
    }
    return total;
  }
  return {
    async step(parameters, learningRate) {
      const total = await totalAt(parameters);
      try {
        return stepped(await update.run({ parameters, total, learningRate: scalar(learningRate, 'float32') }));
      } finally {
        disposeTree(total);
      }
    },
    async release() {
      for (const program of [...accumulate.values(), update]) await program.release();
    },
  };
}

import { zerosTensor, type HostTensor } from '../base/index.ts';
import { asDevice, asHost, type AnyTensor, type DeviceTensor, type Runtime } from '../runtime/index.ts';
import type { Chunk, ChunkedExamples } from './examples.ts';
import { compileAccumulate, compileBatchStep, compileFullStep, parameterTypes, type Objective } from './programs.ts';

/** Values of parameters on the device, by name. */
export type DeviceParameters = Readonly<Record<string, DeviceTensor>>;

/** What one update produced. */
export interface Stepped {
  readonly parameters: DeviceParameters;
  readonly gradient: DeviceParameters | null;
  /** Mean loss at the old parameters over the examples the gradient was taken on. */
  readonly loss: number;
}

/** Makes `θ_{t+1}` from `θ_t`: how the gradient is estimated is what distinguishes SGD from full-batch descent. */
export interface Stepper {
  step(parameters: DeviceParameters, learningRate: number, iteration: number): Promise<Stepped>;
  release(): Promise<void>;
}

const devices = (tensors: Readonly<Record<string, AnyTensor>>): DeviceParameters =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, asDevice(tensor)]));

export const disposeAll = (tensors: DeviceParameters): void => Object.values(tensors).forEach((tensor) => tensor.dispose());

const rate = (value: number): HostTensor => ({ dtype: 'float32', shape: [], data: Float32Array.of(value) });

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
      const result = await program.run({ parameters, x, labels, learningRate: rate(learningRate) });
      const gradient = 'gradient' in result ? devices(result.gradient as Record<string, AnyTensor>) : null;
      return { parameters: devices(result.parameters), gradient, loss: Number(asHost(result.loss).data[0]) };
    },
    release: () => program.release(),
  };
}

/** Full-batch gradient descent: the exact gradient of the mean loss, summed over chunks. */
export async function createFullStepper(runtime: Runtime, objective: Objective, examples: ChunkedExamples): Promise<Stepper> {
  const accumulate = new Map(
    await Promise.all(examples.sizes.map(async (size) => [size, await compileAccumulate(runtime, objective, size)] as const)),
  );
  const update = await compileFullStep(runtime, objective, examples.count);
  const zeros = {
    gradient: Object.fromEntries(Object.entries(parameterTypes(objective.model)).map(([name, { shape }]) => [name, zerosTensor('float32', shape)])),
    loss: zerosTensor('float32', []),
  };
  return {
    async step(parameters, learningRate) {
      let total: { gradient: Readonly<Record<string, AnyTensor>>; loss: AnyTensor } = zeros;
      const discard = (): void => {
        if (total === zeros) return;
        disposeAll(devices(total.gradient));
        asDevice(total.loss).dispose();
      };
      for (const { size, x, labels } of examples.chunks) {
        const next = await accumulate.get(size)!.run({ parameters, total, x, labels });
        discard();
        total = next;
      }
      const result = await update.run({ parameters, total, learningRate: rate(learningRate) });
      discard();
      return { parameters: devices(result.parameters), gradient: devices(result.gradient), loss: Number(asHost(result.loss).data[0]) };
    },
    async release() {
      for (const program of [...accumulate.values(), update]) await program.release();
    },
  };
}

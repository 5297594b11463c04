import { zerosTensor, type HostTensor } from '../base/index.ts';
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
import { plainUpdating, updatingInputs, type Slots, type Updating } from './updating.ts';

/** Values of parameters on the device, by name. */
export type DeviceParameters = Readonly<Record<string, DeviceTensor>>;

/** A network's tensors on the device. */
export interface DeviceNetwork {
  readonly parameters: DeviceParameters;
  /** Running statistics of batch normalisation; empty without it. */
  readonly buffers: DeviceParameters;
}

/** What the update rule remembers, on the device: slot → parameter → tensor. */
export type DeviceSlots = Readonly<Record<string, DeviceParameters>>;

/** What one update produced. */
export interface Stepped extends DeviceNetwork {
  readonly slots: DeviceSlots;
  /** The gradient that the rule was given, before any noise; null when the stepper was made without it. */
  readonly gradient: DeviceParameters | null;
  /** Mean loss at the old parameters over the examples the gradient was taken on. */
  readonly loss: number;
  /** Whether `loss` is known; default: true. A trajectory from elsewhere may not have it. */
  readonly hasLoss?: boolean;
  /** `Σθ_{t+1}`, a cheap sign of trouble: finite only if every new parameter is. */
  readonly parameterSum: number;
}

/** Makes `θ_{t+1}` and its buffers from `θ_t`: how the gradient is estimated is what distinguishes SGD from full-batch descent. */
export interface Stepper {
  /** `slots` are those that the update before returned; rules without slots need none. */
  step(network: DeviceNetwork, learningRate: number, iteration: number, slots?: DeviceSlots): Promise<Stepped>;
  release(): Promise<void>;
}

type Tensors = Readonly<Record<string, AnyTensor>>;

/** Copies of host tensors on the device. */
export const uploadAll = (backend: Backend, tensors: Readonly<Record<string, HostTensor>>): DeviceParameters =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, backend.upload(tensor)]));

/** Copies of what a rule remembers on the device. */
export const uploadSlots = (backend: Backend, slots: Slots): DeviceSlots =>
  mapped(slots, (tensors) => uploadAll(backend, tensors));

interface StepResult {
  readonly parameters: Tensors;
  readonly slots: Readonly<Record<string, Tensors>>;
  /** Loss and sum of all parameters: [2]. */
  readonly numbers: AnyTensor;
  readonly gradient?: Tensors;
}

const mapped = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

/** What a program that updates parameters returned. */
function stepped({ parameters, slots, numbers, gradient }: StepResult, buffers: Tensors): Stepped {
  const [loss, parameterSum] = asHost(numbers).data as Float32Array;
  return {
    parameters: mapped(parameters, asDevice),
    buffers: mapped(buffers, asDevice),
    slots: mapped(slots, (tensors) => mapped(tensors, asDevice)),
    gradient: gradient ? mapped(gradient, asDevice) : null,
    loss: loss!,
    parameterSum: parameterSum!,
  };
}

/**
 * Mini-batches: `batchAt(t)` gives the examples of update t. The rule is by default plain gradient descent.
 *
 * @param sizes examples of a batch; several where batches differ
 * @param table inputs of all examples, [rows, …]: chunks say the places of theirs in it; default: chunks bring their inputs
 */
export async function createBatchStepper(
  runtime: Runtime,
  objective: Objective,
  sizes: number | readonly number[],
  batchAt: (iteration: number) => Chunk,
  keepGradient: boolean,
  updating: Updating = plainUpdating,
  table: AnyTensor | null = null,
): Promise<Stepper> {
  const tables: Tensors = table ? { inputs: table } : {};
  const rows = table ? table.shape[0]! : null;
  const programs = await forEachOf(sizes, (size) =>
    compileBatchStep(runtime, objective, size, keepGradient, updating, rows),
  );
  return {
    async step({ parameters, buffers }, learningRate, iteration, slots = {}) {
      const { size, x, labels } = batchAt(iteration);
      const inputs = updatingInputs(objective.model, updating, learningRate, iteration);
      const result = await programs.get(size)!.run({ parameters, buffers, tables, slots, x, labels, ...inputs });
      return stepped(result, result.buffers);
    },
    async release() {
      for (const program of programs.values()) await program.release();
    },
  };
}

/** What `make` gives for each of some numbers. */
const forEachOf = async <P>(
  values: number | readonly number[],
  make: (value: number) => Promise<P>,
): Promise<ReadonlyMap<number, P>> =>
  new Map(await Promise.all([values].flat().map(async (value) => [value, await make(value)] as const)));

/**
 * Full batch: the exact gradient of the mean loss, summed over chunks. Batch normalisation takes the statistics of each chunk,
 * so with it the loss that is descended depends on the chunk size; the running statistics follow every chunk.
 */
export async function createFullStepper(
  runtime: Runtime,
  objective: Objective,
  examples: ChunkedExamples,
  keepGradient: boolean,
  updating: Updating = plainUpdating,
): Promise<Stepper> {
  const accumulate = await examples.forSizes((size) => compileAccumulate(runtime, objective, size));
  const update = await compileFullStep(runtime, objective, examples.count, keepGradient, updating);
  return accumulatingStepper(
    objective,
    accumulate,
    new Map([[examples.count, update]]),
    () => examples.chunks,
    updating,
  );
}

/**
 * Accumulated gradients of mini-batches: the mean over `count` ghost batches of `size` examples, which `batchesAt(t)` gives
 * one after the other (they may share memory). Several counts where batches differ.
 */
export async function createGhostStepper(
  runtime: Runtime,
  objective: Objective,
  { size, count }: { readonly size: number; readonly count: number | readonly number[] },
  batchesAt: (iteration: number) => Iterable<Chunk>,
  keepGradient: boolean,
  updating: Updating = plainUpdating,
): Promise<Stepper> {
  const accumulate = await compileAccumulate(runtime, objective, size);
  const totals = [count].flat().map((ghosts) => size * ghosts);
  const updates = await forEachOf(totals, (total) =>
    compileFullStep(runtime, objective, total, keepGradient, updating),
  );
  return accumulatingStepper(objective, new Map([[size, accumulate]]), updates, batchesAt, updating);
}

/** Summed gradient and loss of some examples, and how many they are. */
type Total = { readonly gradient: Tensors; readonly loss: AnyTensor; readonly examples: number };

type Accumulate = Awaited<ReturnType<typeof compileAccumulate>>;
type FullStep = Awaited<ReturnType<typeof compileFullStep>>;

/**
 * Sums gradients over the chunks of an update, then updates. `accumulate` has a program for each size of a chunk, `updates`
 * one for each number of examples of an update.
 */
function accumulatingStepper(
  { model }: Objective,
  accumulate: ReadonlyMap<number, Accumulate>,
  updates: ReadonlyMap<number, FullStep>,
  chunksAt: (iteration: number) => Iterable<Chunk>,
  updating: Updating,
): Stepper {
  const zeros = model.parameters.map(({ name, shape }) => [name, zerosTensor('float32', shape)] as const);
  const nothing: Total = { gradient: Object.fromEntries(zeros), loss: zerosTensor('float32', []), examples: 0 };

  /** Sums over all chunks, and the buffers after the last. */
  async function totalAt(
    { parameters, buffers }: DeviceNetwork,
    iteration: number,
  ): Promise<{ total: Total; buffers: Tensors }> {
    let [total, passing]: [Total, Tensors] = [nothing, buffers];
    for (const { size, x, labels } of chunksAt(iteration)) {
      const [before, given] = [total, passing];
      try {
        const sums = { gradient: before.gradient, loss: before.loss };
        const result = await accumulate.get(size)!.run({ parameters, buffers: given, total: sums, x, labels });
        total = { gradient: result.gradient, loss: result.loss, examples: before.examples + size };
        passing = result.buffers;
      } finally {
        disposeTree([before.gradient, before.loss, given === buffers ? [] : given]);
      }
    }
    return { total, buffers: passing };
  }
  return {
    async step(network, learningRate, iteration, slots = {}) {
      const { total, buffers } = await totalAt(network, iteration);
      try {
        const inputs = updatingInputs(model, updating, learningRate, iteration);
        const update = updates.get(total.examples)!;
        const sums = { gradient: total.gradient, loss: total.loss };
        return stepped(await update.run({ parameters: network.parameters, slots, total: sums, ...inputs }), buffers);
      } finally {
        disposeTree([total.gradient, total.loss]);
      }
    },
    async release() {
      for (const program of [...accumulate.values(), ...updates.values()]) await program.release();
    },
  };
}

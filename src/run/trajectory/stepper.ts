import { basename } from 'node:path';
import { readArrays, type FileArray } from '../../arrays/index.ts';
import { hostTensor, sizeOf, ThalwegError, type HostTensor } from '../../base/index.ts';
import { gatherBatch } from '../../data/index.ts';
import type { Model } from '../../nn/index.ts';
import { disposeTree } from '../../runtime/index.ts';
import { createBatchStepper, uploadAll, type Chunk, type DeviceNetwork, type Stepper } from '../../train/index.ts';
import { matchWeights, requireMatch } from '../model/index.ts';
import type { Followed, GradientSource, Prepared } from '../assemble.ts';
import { batchNames, type TrajectoryFile } from './folder.ts';

/** A training that was made elsewhere, in files. */
interface Trajectory {
  /** At least two. */
  readonly files: readonly TrajectoryFile[];
  readonly gradients: GradientSource;
  /** Whether tensors that have no counterpart are left out. */
  readonly partial: boolean;
}

/** The course along the files of a trajectory. */
export const followed = (trajectory: Trajectory): Followed => ({
  gradients: trajectory.gradients,
  createStepper: (prepared) => createFollowingStepper(prepared, trajectory),
});

/**
 * What the checkpoints have for directions: the gradients of their batches; else the batches, whose gradients are computed
 * here; else only the steps themselves, `θ_t − θ_{t+1}`.
 */
export function gradientsOf(files: readonly TrajectoryFile[]): GradientSource {
  const before = files.slice(0, -1);
  if (before.every(({ hasGradient }) => hasGradient)) return 'given';
  return before.every(({ indices }) => indices !== null) ? 'computed' : 'steps';
}

/**
 * Steps from each checkpoint of a trajectory to the next: nothing is trained. The gradient is that of {@link GradientSource}, the
 * loss that of the file, else of the batch where its examples are known, else unknown.
 */
async function createFollowingStepper(prepared: Prepared, trajectory: Trajectory): Promise<Stepper> {
  const { objective, runtime } = prepared;
  const { model } = objective;
  const batches = await batchStepper(prepared, trajectory);
  const gradientAt = async (network: DeviceNetwork, after: Tensors, iteration: number) => {
    switch (trajectory.gradients) {
      case 'given':
        return uploadAll(runtime.backend, await givenGradient(model, trajectory, iteration));
      case 'computed':
        return null;
      case 'steps':
        return uploadAll(runtime.backend, await stepBack(network, after));
    }
  };
  return {
    async step(network, learningRate, iteration) {
      const after = await weightsAt(model, trajectory, iteration + 1);
      const measured = await batches?.step(network, learningRate, iteration);
      if (measured) disposeTree([measured.parameters, measured.buffers, measured.slots]);
      const gradient = (await gradientAt(network, after, iteration)) ?? measured?.gradient ?? null;
      if (measured?.gradient && gradient !== measured.gradient) disposeTree(measured.gradient);
      const loss = trajectory.files[iteration]!.loss ?? measured?.loss;
      const named = (declared: readonly { readonly name: string }[]): Tensors =>
        Object.fromEntries(declared.flatMap(({ name }) => (after[name] ? [[name, after[name]]] : [])));
      return {
        parameters: uploadAll(runtime.backend, named(model.parameters)),
        buffers: uploadAll(runtime.backend, named(model.buffers)),
        slots: {},
        gradient,
        loss: loss ?? NaN,
        hasLoss: loss !== undefined,
        parameterSum: 0,
      };
    },
    release: async () => batches?.release(),
  };
}

type Tensors = Readonly<Record<string, HostTensor<'float32'>>>;

async function arraysAt({ files }: Trajectory, iteration: number) {
  const { path } = files[iteration]!;
  const subject = `import ${basename(path)}`;
  return { subject, arrays: await readArrays(subject, path) };
}

async function weightsAt(model: Model, trajectory: Trajectory, iteration: number): Promise<Tensors> {
  const { subject, arrays } = await arraysAt(trajectory, iteration);
  const { values, report } = matchWeights(model, arrays, subject);
  requireMatch(report, model.name, subject, trajectory.partial);
  if (report.missing.length + report.mismatched.length === 0) return values;
  throw new ThalwegError(
    'WEIGHTS_INVALID',
    `${subject}: expected every tensor of model ${model.name} in each checkpoint, got none of ${[...report.missing, ...report.mismatched].slice(0, 5).join(', ')}`,
  );
}

/** The gradient that a checkpoint has: one tensor for each parameter, as for weights. */
async function givenGradient(model: Model, trajectory: Trajectory, iteration: number): Promise<Tensors> {
  const { subject, arrays } = await arraysAt(trajectory, iteration);
  const gradient = Object.fromEntries(
    Object.entries(arrays).flatMap(([name, array]): [string, FileArray][] =>
      name.startsWith(batchNames.gradient) ? [[name.slice(batchNames.gradient.length), array]] : [],
    ),
  );
  const { values, report } = matchWeights({ ...model, buffers: [] }, gradient, `${subject} (gradient)`);
  requireMatch(report, model.name, `${subject} (gradient)`, false);
  return values;
}

/** `θ_t − θ_{t+1}`: the direction of the gradient, were the step one of plain gradient descent. */
async function stepBack({ parameters }: DeviceNetwork, after: Tensors): Promise<Tensors> {
  const steps: Record<string, HostTensor<'float32'>> = {};
  for (const [name, tensor] of Object.entries(parameters)) {
    const before = (await tensor.read()).data as Float32Array;
    const { shape, data } = after[name]!;
    steps[name] = hostTensor(
      'float32',
      shape,
      data.map((value, index) => before[index]! - value),
    );
  }
  return steps;
}

/** Loss and gradient of the batches whose examples are known for every step; null where they are not needed. */
async function batchStepper(prepared: Prepared, { files, gradients }: Trajectory): Promise<Stepper | null> {
  const { data, objective, runtime } = prepared;
  const before = files.slice(0, -1);
  if (!before.every(({ indices }) => indices !== null)) return null;
  if (gradients !== 'computed' && before.every(({ loss }) => loss !== null)) return null;
  const most = data.train.count;
  for (const { path, indices } of before) {
    const beyond = indices!.find((index) => index >= most);
    if (beyond === undefined) continue;
    const expected = `expected positions below ${most}, the number of training examples, in ${batchNames.indices}`;
    throw new ThalwegError('DATA_INVALID', `import ${basename(path)}: ${expected}, got ${beyond}`);
  }
  const sizes = [...new Set(before.map(({ indices }) => indices!.length))];
  const batchAt = (iteration: number): Chunk => {
    const indices = files[iteration]!.indices!;
    const out = {
      inputs: new Float32Array(indices.length * sizeOf(data.inputShape)),
      labels: new BigInt64Array(indices.length),
    };
    const { inputs, labels } = gatherBatch(data.train, indices, out);
    return {
      size: indices.length,
      x: { dtype: 'float32', shape: [indices.length, ...data.inputShape], data: inputs },
      labels: { dtype: 'int64', shape: [indices.length], data: labels },
    };
  };
  return createBatchStepper(runtime, objective, sizes, batchAt, gradients === 'computed');
}

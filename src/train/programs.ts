import { valueAndGrad } from '../autodiff/index.ts';
import type { DType, Shape, TensorType } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { BufferTensors, Forward, LossFunction, Mode, Model, ParameterTensors } from '../nn/index.ts';
import {
  add,
  cast,
  div,
  equal,
  gather,
  max,
  maximum,
  mean,
  mul,
  oneHot,
  stack,
  sum,
  total as sumOfAll,
} from '../ops/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { gradientFor, keptOutputs, plainUpdating, updatingTypes, type Updating } from './updating.ts';

/** What is trained: a model, the loss of one example, and a term of the parameters alone. */
export interface Objective {
  readonly model: Model;
  readonly loss: LossFunction;
  /** Regularisation R(θ), a scalar; absent or null: none. */
  readonly penalty?: (parameters: ParameterTensors) => Tensor | null;
}

const float32 = (shape: Shape): TensorType => ({ dtype: 'float32', shape });

/** Types of a model's parameters by name. Networks are trained in float32, and may be measured in float64. */
export const parameterTypes = (model: Model, dtype: DType = 'float32'): Record<string, TensorType> =>
  Object.fromEntries(model.parameters.map(({ name, shape }) => [name, { dtype, shape }]));

/** Types of a model's buffers by name; empty without batch normalisation. */
export const bufferTypes = (model: Model, dtype: DType = 'float32'): Record<string, TensorType> =>
  Object.fromEntries(model.buffers.map(({ name, shape }) => [name, { dtype, shape }]));

/** Types of `size` examples; their inputs are float32, whatever a network computes in. */
export const batchTypes = (model: Model, size: number) => ({
  x: float32([size, ...model.inputShape]),
  labels: { dtype: 'int64', shape: [size] } as TensorType,
});

/** The tensors that a network is made of, as symbolic tensors. */
export interface NetworkTensors {
  readonly parameters: ParameterTensors;
  readonly buffers: BufferTensors;
}

/**
 * Loss of each example of a batch, `ℓ_i + R(θ)`, so that every mean over examples has the regularisation once; and what the
 * network made of the batch: scores, features, the buffers after the pass.
 */
export function exampleLosses(
  objective: Objective,
  { parameters, buffers }: NetworkTensors,
  x: Tensor,
  labels: Tensor,
  mode: Mode,
): Forward & { readonly losses: Tensor } {
  const forward = objective.model.forward(parameters, buffers, x, mode);
  return { ...forward, losses: penalised(objective, parameters, objective.loss(forward.scores, labels)) };
}

function penalised({ penalty }: Objective, parameters: ParameterTensors, losses: Tensor): Tensor {
  const term = penalty?.(parameters);
  return term ? add(losses, term) : losses;
}

/**
 * Value and gradient of `reduce` of the losses of a batch in train mode, and the buffers that the pass at θ leaves (a rule
 * that takes its gradient elsewhere passes more than once).
 */
function trainingPass(
  objective: Objective,
  { parameters, buffers }: NetworkTensors,
  x: Tensor,
  labels: Tensor,
  reduce: (losses: Tensor) => Tensor,
  updating: Updating = plainUpdating,
) {
  let after: BufferTensors | undefined;
  const reduced = (theta: ParameterTensors): Tensor => {
    const pass = exampleLosses(objective, { parameters: theta, buffers }, x, labels, 'train');
    after ??= pass.buffers;
    return reduce(pass.losses);
  };
  const { value, gradient } = gradientFor(updating, valueAndGrad(reduced))(parameters);
  return { value, gradient, buffers: after ?? buffers };
}

/** Names of the results that stay on the device: only those that the model has. */
const kept = (model: Model, ...names: readonly string[]): string[] =>
  names.filter((name) => name !== 'buffers' || model.buffers.length > 0);

/**
 * What the host reads of every step, in one tensor [2], since every reading of a GPU waits for it: the loss, and `Σθ'` over all new
 * parameters, which is not finite when one of them is not (infinities of both signs add to NaN). One pass over what a step returns
 * anyway, so that the step rounds the same with it and without.
 */
const stepNumbers = (loss: Tensor, parameters: ParameterTensors): Tensor =>
  stack([loss, sumOfAll(Object.values(parameters))], 0);

/**
 * One update by the gradient of a batch's mean loss: `g = ∇(1/B Σ ℓ_i)`, for gradient descent `θ' = θ − η·g`. Batch
 * normalisation takes the batch's statistics, and the running ones follow.
 *
 * @param tableRows examples of a table of inputs, in which x says the places of the batch; null: x are the inputs
 */
export function compileBatchStep(
  runtime: Runtime,
  objective: Objective,
  batchSize: number,
  keepGradient: boolean,
  updating: Updating = plainUpdating,
  tableRows: number | null = null,
) {
  const { model } = objective;
  const tables = tableRows === null ? {} : { inputs: float32([tableRows, ...model.inputShape]) };
  const { x: inputs, labels } = batchTypes(model, batchSize);
  const specs = {
    parameters: parameterTypes(model),
    buffers: bufferTypes(model),
    tables: tables as Readonly<Record<string, TensorType>>,
    x: tableRows === null ? inputs : labels,
    labels,
    ...updatingTypes(model, updating),
  };
  return runtime.compile(
    ({ parameters, buffers, tables: { inputs: table }, x: given, labels, slots, scalars, noise }) => {
      const network = { parameters, buffers };
      const x = table ? gather(table, given) : given;
      const pass = trainingPass(objective, network, x, labels, (losses) => mean(losses), updating);
      const { gradient } = pass;
      const updated = updating.rule.update({ parameters, gradient, slots, scalars, noise });
      return {
        ...updated,
        buffers: pass.buffers,
        numbers: stepNumbers(pass.value, updated.parameters),
        ...(keepGradient ? { gradient } : {}),
      };
    },
    specs,
    { name: 'batch-step', keep: kept(model, 'buffers', ...keptOutputs(updating, keepGradient)) },
  );
}

/**
 * Adds the summed loss and gradient of a chunk to what earlier chunks gave: `G' = G + Σ ∇ℓ_i`, `S' = S + Σ ℓ_i`. Batch
 * normalisation takes the statistics of the chunk, and the running ones follow chunk after chunk.
 */
export function compileAccumulate(runtime: Runtime, objective: Objective, chunkSize: number) {
  const { model } = objective;
  const parameters = parameterTypes(model);
  const specs = {
    parameters,
    buffers: bufferTypes(model),
    total: { gradient: parameters, loss: float32([]) },
    ...batchTypes(model, chunkSize),
  };
  return runtime.compile(
    ({ parameters: theta, buffers, total, x, labels }) => {
      const pass = trainingPass(objective, { parameters: theta, buffers }, x, labels, (losses) => sum(losses));
      const added = Object.entries(pass.gradient).map(
        ([name, part]) => [name, add(total.gradient[name]!, part)] as const,
      );
      return { gradient: Object.fromEntries(added), loss: add(total.loss, pass.value), buffers: pass.buffers };
    },
    specs,
    { name: 'accumulate', keep: kept(model, 'gradient', 'loss', 'buffers') },
  );
}

/** The update from summed gradients of `count` examples: `g = G/N`, for gradient descent `θ' = θ − η·g`. */
export function compileFullStep(
  runtime: Runtime,
  { model }: Objective,
  count: number,
  keepGradient: boolean,
  updating: Updating = plainUpdating,
) {
  const types = parameterTypes(model);
  const specs = { parameters: types, total: { gradient: types, loss: float32([]) }, ...updatingTypes(model, updating) };
  return runtime.compile(
    ({ parameters, total, slots, scalars, noise }) => {
      const gradient = Object.fromEntries(
        Object.entries(total.gradient).map(([name, part]) => [name, mul(part, 1 / count)]),
      );
      const updated = updating.rule.update({ parameters, gradient, slots, scalars, noise });
      const numbers = stepNumbers(mul(total.loss, 1 / count), updated.parameters);
      return { ...updated, numbers, ...(keepGradient ? { gradient } : {}) };
    },
    specs,
    { name: 'full-step', keep: keptOutputs(updating, keepGradient) },
  );
}

/** Loss of each example of a chunk, and how far the largest score is the label's (0 to 1), with running statistics. */
export function compileEvaluation(runtime: Runtime, objective: Objective, chunkSize: number) {
  const { model } = objective;
  const specs = {
    parameters: parameterTypes(model),
    buffers: bufferTypes(model),
    ...batchTypes(model, chunkSize),
  };
  return runtime.compile(
    ({ parameters, buffers, x, labels }) => {
      const { scores, losses } = exampleLosses(objective, { parameters, buffers }, x, labels, 'evaluate');
      return { loss: losses, correct: correctness(scores, labels) };
    },
    specs,
    { name: 'evaluation' },
  );
}

/**
 * 1 where the label's score is the largest of its example, 1/k where k equal scores are, else 0: [n]. A network that
 * tells no class from another has the accuracy of guessing; scores that are NaN are wrong.
 */
export function correctness(scores: Tensor, labels: Tensor): Tensor {
  const attained = cast(equal(scores, max(scores, { axes: [1], keep: true })), 'float32');
  const hit = sum(mul(attained, oneHot(labels, scores.shape[1]!)), { axes: [1] });
  return div(hit, maximum(sum(attained, { axes: [1] }), 1));
}

import { valueAndGrad } from '../autodiff/index.ts';
import type { Shape, TensorType } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { LossFunction, Model, ParameterTensors } from '../nn/index.ts';
import { add, cast, div, equal, max, maximum, mean, mul, oneHot, sum } from '../ops/index.ts';
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

/** Types of a model's parameters by name. */
export const parameterTypes = (model: Model): Record<string, TensorType> =>
  Object.fromEntries(model.parameters.map(({ name, shape }) => [name, float32(shape)]));

const batchTypes = (model: Model, size: number) => ({
  x: float32([size, ...model.inputShape]),
  labels: { dtype: 'int64', shape: [size] } as TensorType,
});

/** Loss of each example of a batch: `ℓ_i + R(θ)`, so that every mean over examples has the regularisation once. */
export const exampleLosses = (objective: Objective, parameters: ParameterTensors, x: Tensor, labels: Tensor): Tensor =>
  penalised(objective, parameters, objective.loss(objective.model.scores(parameters, x), labels));

function penalised({ penalty }: Objective, parameters: ParameterTensors, losses: Tensor): Tensor {
  const term = penalty?.(parameters);
  return term ? add(losses, term) : losses;
}

/** One update by the gradient of a batch's mean loss: `g = ∇(1/B Σ ℓ_i)`, for gradient descent `θ' = θ − η·g`. */
export function compileBatchStep(
  runtime: Runtime,
  objective: Objective,
  batchSize: number,
  keepGradient: boolean,
  updating: Updating = plainUpdating,
) {
  const specs = {
    parameters: parameterTypes(objective.model),
    ...batchTypes(objective.model, batchSize),
    ...updatingTypes(objective.model, updating),
  };
  return runtime.compile(
    ({ parameters, x, labels, slots, scalars, noise }) => {
      const meanLoss = (theta: ParameterTensors) => mean(exampleLosses(objective, theta, x, labels));
      const { value, gradient } = gradientFor(updating, valueAndGrad(meanLoss))(parameters);
      const updated = updating.rule.update({ parameters, gradient, slots, scalars, noise });
      return { ...updated, loss: value, ...(keepGradient ? { gradient } : {}) };
    },
    specs,
    { name: 'batch-step', keep: keptOutputs(updating, keepGradient) },
  );
}

/** Adds the summed loss and gradient of a chunk to what earlier chunks gave: `G' = G + Σ ∇ℓ_i`, `S' = S + Σ ℓ_i`. */
export function compileAccumulate(runtime: Runtime, objective: Objective, chunkSize: number) {
  const parameters = parameterTypes(objective.model);
  const specs = {
    parameters,
    total: { gradient: parameters, loss: float32([]) },
    ...batchTypes(objective.model, chunkSize),
  };
  return runtime.compile(
    ({ parameters: theta, total, x, labels }) => {
      const { value, gradient } = valueAndGrad((at: ParameterTensors) => sum(exampleLosses(objective, at, x, labels)))(
        theta,
      );
      const added = Object.entries(gradient).map(([name, part]) => [name, add(total.gradient[name]!, part)] as const);
      return { gradient: Object.fromEntries(added), loss: add(total.loss, value) };
    },
    specs,
    { name: 'accumulate', keep: ['gradient', 'loss'] },
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
      return { ...updated, loss: mul(total.loss, 1 / count), ...(keepGradient ? { gradient } : {}) };
    },
    specs,
    { name: 'full-step', keep: keptOutputs(updating, keepGradient) },
  );
}

/** Loss of each example of a chunk, and how far the largest score is the label's (0 to 1). */
export function compileEvaluation(runtime: Runtime, objective: Objective, chunkSize: number) {
  const specs = { parameters: parameterTypes(objective.model), ...batchTypes(objective.model, chunkSize) };
  return runtime.compile(
    ({ parameters, x, labels }) => {
      const scores = objective.model.scores(parameters, x);
      const loss = penalised(objective, parameters, objective.loss(scores, labels));
      return { loss, correct: isCorrect(scores, labels) };
    },
    specs,
    { name: 'evaluation' },
  );
}

/**
 * 1 where the label's score is the largest of its example, 1/k where k equal scores are, else 0: [n]. A network that
 * tells no class from another has the accuracy of guessing; scores that are NaN are wrong.
 */
function isCorrect(scores: Tensor, labels: Tensor): Tensor {
  const attained = cast(equal(scores, max(scores, { axes: [1], keep: true })), 'float32');
  const hit = sum(mul(attained, oneHot(labels, scores.shape[1]!)), { axes: [1] });
  return div(hit, maximum(sum(attained, { axes: [1] }), 1));
}

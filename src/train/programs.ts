import { valueAndGrad } from '../autodiff/index.ts';
import type { Shape, TensorType } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { LossFunction, Model, ParameterTensors } from '../nn/index.ts';
import { gradientStep } from '../optim/index.ts';
import { add, cast, div, equal, max, maximum, mean, mul, oneHot, sum } from '../ops/index.ts';
import type { Runtime } from '../runtime/index.ts';

/** What is trained: a model and the loss of one example. */
export interface Objective {
  readonly model: Model;
  readonly loss: LossFunction;
}

const float32 = (shape: Shape): TensorType => ({ dtype: 'float32', shape });

/** Types of a model's parameters by name. */
export const parameterTypes = (model: Model): Record<string, TensorType> =>
  Object.fromEntries(model.parameters.map(({ name, shape }) => [name, float32(shape)]));

const batchTypes = (model: Model, size: number) => ({
  x: float32([size, ...model.inputShape]),
  labels: { dtype: 'int64', shape: [size] } as TensorType,
});

/** Loss of each example of a batch. */
export const exampleLosses = (
  { model, loss }: Objective,
  parameters: ParameterTensors,
  x: Tensor,
  labels: Tensor,
): Tensor => loss(model.scores(parameters, x), labels);

/**
 * `Σ v²` over all values: a scalar that is not finite when one of them is not (or when it overflows). It uses only what a
 * step returns anyway, so that the step rounds the same with it and without.
 */
const squaredNorm = (tensors: Readonly<Record<string, Tensor>>): Tensor =>
  Object.values(tensors)
    .map((tensor) => sum(mul(tensor, tensor)))
    .reduce((one, other) => add(one, other));

/** One update by the gradient of a batch's mean loss: `θ' = θ − η·∇(1/B Σ ℓ_i)`. */
export function compileBatchStep(runtime: Runtime, objective: Objective, batchSize: number, keepGradient: boolean) {
  const specs = {
    parameters: parameterTypes(objective.model),
    ...batchTypes(objective.model, batchSize),
    learningRate: float32([]),
  };
  return runtime.compile(
    ({ parameters, x, labels, learningRate }) => {
      const { value, gradient } = valueAndGrad((theta: ParameterTensors) =>
        mean(exampleLosses(objective, theta, x, labels)),
      )(parameters);
      const updated = gradientStep(parameters, gradient, learningRate);
      const norm = squaredNorm(updated);
      return { parameters: updated, loss: value, squaredNorm: norm, ...(keepGradient ? { gradient } : {}) };
    },
    specs,
    { name: 'batch-step', keep: keepGradient ? ['parameters', 'gradient'] : ['parameters'] },
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

/** The update of full-batch descent from summed gradients of `count` examples: `g = G/N`, `θ' = θ − η·g`. */
export function compileFullStep(runtime: Runtime, { model }: Objective, count: number, keepGradient: boolean) {
  const parameters = parameterTypes(model);
  const specs = { parameters, total: { gradient: parameters, loss: float32([]) }, learningRate: float32([]) };
  return runtime.compile(
    ({ parameters: theta, total, learningRate }) => {
      const gradient = Object.fromEntries(
        Object.entries(total.gradient).map(([name, part]) => [name, mul(part, 1 / count)]),
      );
      const updated = gradientStep(theta, gradient, learningRate);
      const loss = mul(total.loss, 1 / count);
      return { parameters: updated, loss, squaredNorm: squaredNorm(updated), ...(keepGradient ? { gradient } : {}) };
    },
    specs,
    { name: 'full-step', keep: keepGradient ? ['parameters', 'gradient'] : ['parameters'] },
  );
}

/** Loss of each example of a chunk, and how far the largest score is the label's (0 to 1). */
export function compileEvaluation(runtime: Runtime, objective: Objective, chunkSize: number) {
  const specs = { parameters: parameterTypes(objective.model), ...batchTypes(objective.model, chunkSize) };
  return runtime.compile(
    ({ parameters, x, labels }) => {
      const scores = objective.model.scores(parameters, x);
      return { loss: objective.loss(scores, labels), correct: isCorrect(scores, labels) };
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

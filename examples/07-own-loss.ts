/**
 * A loss of one's own: the focal loss −(1 − p)²·log p, which counts examples less the better they are classified. How sharp is
 * the minimum that it leads to, beside that of cross-entropy? A loss is a formula: its derivatives of every order follow.
 *
 *   npx vite-node examples/07-own-loss.ts
 */
import { createHessian } from 'thalweg/curvature';
import { createSampler, loadDataSet, sampledBatches } from 'thalweg/data';
import { leadingEigenpairs } from 'thalweg/linop';
import { createModel, crossEntropy, mlp, type LossFunction } from 'thalweg/nn';
import { exp, logSoftmax, mul, neg, pickLabel, square, sub } from 'thalweg/ops';
import { createRuntime } from 'thalweg/runtime';
import { createOrtBackend } from 'thalweg/runtime/node';
import { ChunkedExamples, createBatchStepper, Evaluator, initialState, Trainer } from 'thalweg/train';

const focal: LossFunction = (scores, labels) => {
  const logP = pickLabel(logSoftmax(scores), labels);
  return neg(mul(square(sub(1, exp(logP))), logP));
};

const [seed, batchSize] = [1, 50];
const data = await loadDataSet(
  { name: 'mnist-1d', examples: 1000, testExamples: 100, validation: 0, seed: 42, normalise: true },
  { seed },
);
const model = createModel('small', data.inputShape, mlp([32], data.classes));
const sampler = createSampler({ count: data.train.count, batchSize, seed });
const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));
const batchAt = sampledBatches(data.train, data.inputShape, sampler);
const examples = new ChunkedExamples(data.train, data.inputShape, 500, runtime.backend);

for (const [name, loss] of Object.entries({ 'cross-entropy': crossEntropy, 'focal loss': focal })) {
  const stepper = await createBatchStepper(runtime, { model, loss }, batchSize, batchAt, false);
  const trainer = new Trainer(runtime.backend, stepper, () => 0.2, initialState(model, seed));
  for (let t = 0; t < 300; t++) await trainer.step();
  const { parameters } = await trainer.state();

  // Both minima by one measure: the Hessian of cross-entropy, on all training examples.
  const objective = { model, loss: crossEntropy };
  const hessian = await createHessian({ runtime, objective, examples, mode: 'evaluate', parameters, buffers: {} });
  const { pairs } = await leadingEigenpairs(hessian, { k: 1, seed, tolerance: 1e-3 });
  const evaluator = await Evaluator.create(runtime, objective, examples);
  const { accuracy } = await evaluator.evaluate(trainer.parameters);
  const percent = (100 * accuracy).toFixed(1);
  console.log(`${name}: ${percent} % of the training examples, sharpness ${pairs[0]!.value.toFixed(3)}`);
  await Promise.all([hessian.release(), evaluator.release(), trainer.release()]);
}
await runtime.close();

/**
 * A training loop of one's own, from parts: data, network, update rule, evaluation.
 *
 *   npx vite-node examples/04-own-loop.ts
 */
import { createSampler, loadDataSet, sampledBatches } from 'thalweg/data';
import { createModel, crossEntropy, mlp } from 'thalweg/nn';
import { adam, scheduleAt } from 'thalweg/optim';
import { createRuntime } from 'thalweg/runtime';
import { createOrtBackend } from 'thalweg/runtime/node';
import { ChunkedExamples, createBatchStepper, Evaluator, initialSlots, initialState, Trainer } from 'thalweg/train';

const [seed, batchSize, iterations] = [1, 50, 200];
const specification = { name: 'mnist-1d', examples: 2000, testExamples: 500, validation: 400, seed: 42 } as const;
const data = await loadDataSet({ ...specification, normalise: true }, { seed });
const model = createModel('own', data.inputShape, mlp([64], data.classes));
const objective = { model, loss: crossEntropy };
const sampler = createSampler({ count: data.train.count, batchSize, seed });

const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));
const batchAt = sampledBatches(data.train, data.inputShape, sampler);
const updating = { rule: adam(), seed, rho: null };
const stepper = await createBatchStepper(runtime, objective, batchSize, batchAt, false, updating);
const cosine = { schedule: 'cosine', rate: 0.01, end: 0, length: `${iterations} iterations` } as const;
const rateAt = (iteration: number) => scheduleAt(cosine, iteration, sampler.iterationsPerEpoch);
const state = { ...initialState(model, seed), slots: initialSlots(model, updating.rule) };
const trainer = new Trainer(runtime.backend, stepper, rateAt, state);

const apart = new ChunkedExamples(data.validation!, data.inputShape, 400, runtime.backend);
const validation = await Evaluator.create(runtime, objective, apart);
for (let t = 0; t <= iterations; t++) {
  if (t % 50 === 0) {
    const { loss, accuracy } = await validation.evaluate(trainer.parameters);
    console.log(`iteration ${t}: validation loss ${loss.toFixed(3)} nat, accuracy ${(100 * accuracy).toFixed(1)} %`);
  }
  if (t < iterations) await trainer.step();
}
await validation.release();
await trainer.release();
await runtime.close();

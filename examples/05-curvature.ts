/**
 * Curvature: train a small network, then look at its Hessian: leading eigenvalues, the trace with an error bar, and the exact
 * trace of every example.
 *
 *   npx vite-node examples/05-curvature.ts
 */
import { createHessian, exactTraces } from 'thalweg/curvature';
import { createSampler, loadDataSet, sampledBatches } from 'thalweg/data';
import { hutchinsonTrace, leadingEigenpairs } from 'thalweg/linop';
import { createModel, crossEntropy, mlp } from 'thalweg/nn';
import { createRuntime } from 'thalweg/runtime';
import { createOrtBackend } from 'thalweg/runtime/node';
import { quantiles } from 'thalweg/statistics';
import { ChunkedExamples, createBatchStepper, initialState, Trainer } from 'thalweg/train';

const [seed, batchSize] = [1, 50];
const data = await loadDataSet(
  { name: 'mnist-1d', examples: 1000, testExamples: 100, validation: 0, seed: 42, normalise: true },
  { seed },
);
const model = createModel('small', data.inputShape, mlp([32], data.classes));
const objective = { model, loss: crossEntropy };
const sampler = createSampler({ count: data.train.count, batchSize, seed });
const batchAt = sampledBatches(data.train, data.inputShape, sampler);
const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));
const stepper = await createBatchStepper(runtime, objective, batchSize, batchAt, false);
const trainer = new Trainer(runtime.backend, stepper, () => 0.2, initialState(model, seed));
for (let t = 0; t < 200; t++) await trainer.step();
const { parameters } = await trainer.state();

// Everything is measured at one point, on all training examples, 250 at a time.
const examples = new ChunkedExamples(data.train, data.inputShape, 250, runtime.backend);
const network = { runtime, objective, examples, mode: 'evaluate', parameters, buffers: {} } as const;
const hessian = await createHessian(network);
const { pairs, products } = await leadingEigenpairs(hessian, { k: 5, seed, tolerance: 1e-3 });
console.log(`leading eigenvalues: ${pairs.map(({ value }) => value.toFixed(3)).join(', ')} (${products} products)`);

const trace = await hutchinsonTrace(hessian, { seed, relativeError: 0.01 });
console.log(`trace: ${trace.value.toFixed(3)} ± ${trace.standardError.toFixed(3)} (${trace.products} products)`);

const exact = await exactTraces(network);
console.log(`exact trace: ${exact.mean.toFixed(3)}`);
const [median, high] = quantiles(exact.values, [0.5, 0.95]);
console.log(`of single examples: median ${median!.toFixed(3)}, 95 % quantile ${high!.toFixed(3)}`);

await hessian.release();
await trainer.release();
await runtime.close();

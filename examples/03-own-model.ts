/**
 * A network of one's own: described in ten lines, trained through the library.
 *
 *   npx vite-node examples/03-own-model.ts
 */
import * as thalweg from 'thalweg';
import { createRuntime } from 'thalweg/runtime';
import { createOrtBackend } from 'thalweg/runtime/node';

const block = thalweg.sequential(
  thalweg.conv2d(8, 3, { padding: 1, bias: false }),
  thalweg.batchNorm(),
  thalweg.activation('relu'),
);
const network = thalweg.named({
  stem: thalweg.conv2d(8, 3, { padding: 1 }),
  pool: thalweg.maxPool(2),
  block: thalweg.residual(block),
  mean: thalweg.globalAveragePool(),
  fc: thalweg.dense(2),
});
const model = thalweg.createModel('own', [1, 8, 8], network);

/** 50 images of stripes with some noise: upright ones are of class 0, level ones of class 1. */
function batchAt(iteration: number): thalweg.Chunk {
  const stream = thalweg.randomStream(1, 'stripes', iteration);
  const labels = Array.from({ length: 50 }, () => stream.integer(2));
  const pixels = labels.flatMap((label) => {
    const phase = 2 * Math.PI * stream.uniform();
    const along = (place: number) => (label === 0 ? place % 8 : Math.floor(place / 8));
    return Array.from({ length: 64 }, (_, place) => Math.sin(phase + 2 * along(place)) + stream.normal() / 2);
  });
  const x = thalweg.hostTensor('float32', [50, 1, 8, 8], pixels);
  return { size: 50, x, labels: thalweg.hostTensor('int64', [50], labels) };
}

const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));
const stepper = await thalweg.createBatchStepper(runtime, { model, loss: thalweg.crossEntropy }, 50, batchAt, false);
const trainer = new thalweg.Trainer(runtime.backend, stepper, () => 0.1, thalweg.initialState(model, 1));
console.log(`${model.name}: ${model.size} parameters, ${model.parameters.map(({ name }) => name).join(' ')}`);
for (let t = 0; t <= 60; t++) {
  const { loss } = await trainer.step();
  if (t % 20 === 0) console.log(`iteration ${t}: loss ${loss.toFixed(3)} nat`);
}
await trainer.release();
await runtime.close();

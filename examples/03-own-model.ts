/**
 * A network of one's own: described in ten lines, trained through the library.
 *
 *   npx vite-node examples/03-own-model.ts
 */
import { hostTensor, randomStream } from 'thalweg';
import * as nn from 'thalweg/nn';
import { createRuntime } from 'thalweg/runtime';
import { createOrtBackend } from 'thalweg/runtime/node';
import { createBatchStepper, initialState, Trainer, type Chunk } from 'thalweg/train';

const block = nn.sequential(nn.conv2d(8, 3, { padding: 1, bias: false }), nn.batchNorm(), nn.activation('relu'));
const network = nn.named({
  stem: nn.conv2d(8, 3, { padding: 1 }),
  pool: nn.maxPool(2),
  block: nn.residual(block),
  mean: nn.globalAveragePool(),
  fc: nn.dense(2),
});
const model = nn.createModel('own', [1, 8, 8], network);

/** 50 images of stripes with some noise: upright ones are of class 0, level ones of class 1. */
function batchAt(iteration: number): Chunk {
  const stream = randomStream(1, 'stripes', iteration);
  const labels = Array.from({ length: 50 }, () => stream.integer(2));
  const pixels = labels.flatMap((label) => {
    const phase = 2 * Math.PI * stream.uniform();
    const along = (place: number) => (label === 0 ? place % 8 : Math.floor(place / 8));
    return Array.from({ length: 64 }, (_, place) => Math.sin(phase + 2 * along(place)) + stream.normal() / 2);
  });
  const x = hostTensor('float32', [50, 1, 8, 8], pixels);
  return { size: 50, x, labels: hostTensor('int64', [50], labels) };
}

const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));
const stepper = await createBatchStepper(runtime, { model, loss: nn.crossEntropy }, 50, batchAt, false);
const trainer = new Trainer(runtime.backend, stepper, () => 0.1, initialState(model, 1));
console.log(`${model.name}: ${model.size} parameters, ${model.parameters.map(({ name }) => name).join(' ')}`);
for (let t = 0; t <= 60; t++) {
  const { loss } = await trainer.step();
  if (t % 20 === 0) console.log(`iteration ${t}: loss ${loss.toFixed(3)} nat`);
}
await trainer.release();
await runtime.close();

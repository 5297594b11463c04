/**
 * A first walk: train a small network on MNIST-1D, interpolate the loss between all consecutive iterates, and ask the
 * records how high above the valley floor SGD walked. Give a folder for the run, or it goes to ./runs.
 *
 *   npx vite-node examples/01-first-walk.ts
 */
import { openRun, resolveSpecification, startRun } from 'thalweg';

const runsDirectory = process.argv[2] ?? 'runs';
const specification = resolveSpecification({
  target: 'quickstart',
  scale: 'smoke',
  sets: ['optimizer.learningRate=0.1'],
});

// Training happens in a process of its own: the runtime blocks the thread that it runs in.
const training = startRun({ kind: 'execute', specification, runsDirectory }, { onMessage: () => undefined });
const { id, summary } = await training.done;
console.log(`${id}: training loss ${summary?.trainLoss?.toFixed(3)}, ${summary?.barriers} barriers`);

const run = openRun(runsDirectory, id);
const { iteration, value } = run.records('interpolation.height');
run.close();

const highest = value.indexOf(Math.max(...value));
console.log(`mean height above the valley floor: ${summary?.meanHeight?.toFixed(4)} nat over ${value.length} updates`);
console.log(`highest: ${value[highest]!.toFixed(4)} nat at iteration ${iteration[highest]}`);

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomStream, sizeOf, type Shape } from '../src/base/index.ts';
import { crossEntropy, modelFor } from '../src/nn/index.ts';
import { createRuntime, type Device } from '../src/runtime/index.ts';
import {
  ChunkedExamples,
  createBatchStepper,
  Evaluator,
  initialState,
  plainUpdating,
  Trainer,
  type Objective,
} from '../src/train/index.ts';
import { benchNetworks, type BenchNetworkName } from './networks.ts';
import { openProfiled, type Counted } from './profiled.ts';

const help = `npm run bench:dispatches: what one training step and one evaluation ask of a device: kernels by operator, programs run, and
bytes to and from it, from the runtime's own profile. Nothing is timed, so that a software driver serves as well as a card.

  npm run bench:dispatches                               webgpu, all networks, batches of 4
  npm run bench:dispatches -- --only lenet --batch 100   some networks, larger batches (bytes grow with them, kernels hardly)
  npm run bench:dispatches -- --device cpu               another device`;

const { values: options } = parseArgs({
  args: process.argv.slice(process.argv[2] === '--' ? 3 : 2),
  options: {
    device: { type: 'string', default: 'webgpu' },
    only: { type: 'string', multiple: true, default: [] },
    batch: { type: 'string', default: '4' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(help);
  process.exit(0);
}
const devices = ['cpu', 'webgpu', 'cuda'] as const satisfies readonly Device[];
const device = devices.find((name) => name === options.device);
if (device === undefined) throw new Error(`--device: expected ${devices.join(', ')}, got ${options.device}`);
const batch = Number(options.batch);
if (!Number.isInteger(batch) || batch < 2) throw new Error(`--batch: expected an integer from 2, got ${options.batch}`);
const folder = mkdtempSync(join(tmpdir(), 'thalweg-dispatches-'));
const classes = 10;
/** Operators that are listed. */
const listed = 8;

try {
  console.log('| network | work | kernels | programs | bytes to the device | bytes back | most of the kernels |');
  console.log('| --- | --- | ---: | ---: | ---: | ---: | --- |');
  for (const [name, { title }] of Object.entries(benchNetworks)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    console.log(row(title, 'step', await step(name as BenchNetworkName)));
    console.log(row(title, 'evaluation', await evaluation(name as BenchNetworkName)));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One SGD update as runs make it: on a graphics card the examples lie there, and a batch is their places. */
function step(name: BenchNetworkName): Promise<Counted> {
  return openProfiled(device!, folder, async (backend, count) => {
    const { objective, inputs, labels } = prepare(name);
    const runtime = createRuntime(backend);
    const { inputShape } = benchNetworks[name];
    const images = { dtype: 'float32', shape: [batch, ...inputShape], data: inputs } as const;
    const table = device === 'webgpu' ? backend.upload(images) : null;
    const integers = (values: ArrayLike<number>) =>
      ({
        dtype: 'int64',
        shape: [batch],
        data: BigInt64Array.from({ length: batch }, (_, i) => BigInt(values[i]!)),
      }) as const;
    const x = table ? integers(Array.from({ length: batch }, (_, place) => place)) : images;
    const chunk = { size: batch, x, labels: integers(labels) };
    const stepper = await createBatchStepper(runtime, objective, batch, () => chunk, false, plainUpdating, table);
    const trainer = new Trainer(backend, stepper, () => 0.01, initialState(objective.model, 1));
    await trainer.step();
    await count(() => trainer.step());
    await trainer.release();
    table?.dispose();
  });
}

/** Loss and accuracy of a chunk that lies on the device. */
function evaluation(name: BenchNetworkName): Promise<Counted> {
  return openProfiled(device!, folder, async (backend, count) => {
    const { objective, inputs, labels } = prepare(name);
    const runtime = createRuntime(backend);
    const examples = new ChunkedExamples(
      { inputs, labels, count: batch },
      benchNetworks[name].inputShape,
      batch,
      backend,
    );
    const evaluator = await Evaluator.create(runtime, objective, examples);
    const stepper = await createBatchStepper(runtime, objective, batch, () => examples.chunks[0]!, false);
    const trainer = new Trainer(backend, stepper, () => 0.01, initialState(objective.model, 1));
    const evaluate = () => evaluator.evaluate(trainer.parameters, trainer.buffers);
    await evaluate();
    await count(evaluate);
    await trainer.release();
    await evaluator.release();
    examples.release();
  });
}

function prepare(name: BenchNetworkName) {
  const { model, inputShape } = benchNetworks[name];
  const objective: Objective = { model: modelFor(model, inputShape, classes), loss: crossEntropy };
  return { objective, ...randomExamples(inputShape) };
}

function randomExamples(shape: Shape) {
  const stream = randomStream(1, 'bench');
  const inputs = Float32Array.from({ length: batch * sizeOf(shape) }, () => stream.uniform());
  return { inputs, labels: Uint8Array.from({ length: batch }, () => stream.integer(classes)) };
}

function row(title: string, work: string, { kernels, programs, sent, received }: Counted): string {
  const total = [...kernels.values()].reduce((sum, count) => sum + count, 0);
  const most = [...kernels].sort(([, a], [, b]) => b - a).slice(0, listed);
  const names = most.map(([operator, count]) => `${count} ${operator}`).join(', ');
  return `| ${[title, work, total, programs, sent, received, names].join(' | ')} |`;
}

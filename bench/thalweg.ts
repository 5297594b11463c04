import { randomStream } from '../src/base/index.ts';
import { EpochClock } from '../src/contract/index.ts';
import { modelFor, initialParameters, crossEntropy } from '../src/nn/index.ts';
import { createInterpolation } from '../src/probes/index.ts';
import { createRuntime, type Runtime } from '../src/runtime/index.ts';
import { createOrtBackend } from '../src/runtime/node/index.ts';
import {
  ChunkedExamples,
  createBatchStepper,
  Trainer,
  type Examples,
  type Objective,
  type Update,
} from '../src/train/index.ts';

/** Our side of the comparison: the same sizes as bench/peers/torch_bench.py, through the code that runs use. */

const shape = [1, 28, 28];
const batchSize = 100;
const evaluationExamples = 60_000;

function randomExamples(count: number): Examples {
  const stream = randomStream(1, 'bench');
  const inputs = Float32Array.from({ length: count * 784 }, () => stream.uniform());
  return { inputs, labels: Uint8Array.from({ length: count }, () => stream.integer(10)), count };
}

export interface Measured {
  /** Seconds of each repetition. */
  readonly seconds: number[];
  readonly note: string;
}

export class Thalweg {
  readonly runtime: Runtime;
  readonly #objective: Objective = {
    model: modelFor({ name: 'mlp', hidden: [512, 512], activation: 'relu', normaliseFeatures: false }, shape, 10),
    loss: crossEntropy,
  };
  readonly #trainer: Trainer;
  #interpolation: ((update: Update) => Promise<unknown>) | undefined;

  private constructor(runtime: Runtime, trainer: Trainer) {
    this.runtime = runtime;
    this.#trainer = trainer;
  }

  static async open(threads: number): Promise<Thalweg> {
    const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads }));
    const objective: Objective = {
      model: modelFor({ name: 'mlp', hidden: [512, 512], activation: 'relu', normaliseFeatures: false }, shape, 10),
      loss: crossEntropy,
    };
    const { chunks } = new ChunkedExamples(randomExamples(batchSize), shape, batchSize, runtime.backend);
    const stepper = await createBatchStepper(runtime, objective, batchSize, () => chunks[0]!, false);
    const state = { iteration: 0, parameters: initialParameters(objective.model, 1), gradient: null };
    return new Thalweg(runtime, new Trainer(runtime.backend, stepper, () => 0.1, state));
  }

  /** One SGD update of the 784-512-512-10 network on a batch of 100. */
  async mlpStep(repeats: number): Promise<Measured> {
    return {
      seconds: await timed(repeats, () => this.#trainer.step()),
      note: 'one program: forward, backward, update',
    };
  }

  /** Loss of 60,000 images at ten points of one update, as the walk probe evaluates it. */
  async interpolation(repeats: number): Promise<Measured> {
    this.#interpolation ??= await this.#createInterpolation();
    const update = await this.#trainer.step();
    await this.#interpolation({ ...update, iteration: 0 });
    let iteration = 0;
    return {
      seconds: await timed(repeats, () => this.#interpolation!({ ...update, iteration: ++iteration })),
      note: 'one program: ten points a chunk',
    };
  }

  async #createInterpolation(): Promise<(update: Update) => Promise<unknown>> {
    const examples = new ChunkedExamples(
      randomExamples(evaluationExamples),
      shape,
      Number(process.env['CHUNK'] ?? 1000),
      this.runtime.backend,
    );
    const specification = {
      kind: 'interpolation',
      points: 11,
      epochs: 'all',
      iterations: 'all',
      examples: 'all',
      batchNorm: 'batch',
    } as const;
    const context = {
      runtime: this.runtime,
      objective: this.#objective,
      examples,
      population: evaluationExamples,
      clock: new EpochClock(600),
    };
    const probe = await createInterpolation(specification, context);
    return (update) => probe.afterUpdate!(update);
  }
}

async function timed(repeats: number, action: () => Promise<unknown>): Promise<number[]> {
  const seconds: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const began = performance.now();
    await action();
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}

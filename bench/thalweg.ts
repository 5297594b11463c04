import { randomStream, sizeOf, type Shape } from '../src/base/index.ts';
import { EpochClock } from '../src/contract/index.ts';
import type { MeasuredNetwork } from '../src/curvature/index.ts';
import { crossEntropy, initialBuffers, initialParameters, modelFor, type Mode } from '../src/nn/index.ts';
import { createInterpolation } from '../src/probes/index.ts';
import { createRuntime, type Runtime } from '../src/runtime/index.ts';
import { createOrtBackend } from '../src/runtime/node/index.ts';
import {
  ChunkedExamples,
  createBatchStepper,
  Evaluator,
  initialState,
  Trainer,
  type Examples,
  type Objective,
  type Update,
} from '../src/train/index.ts';
import { benchNetworks, type BenchNetwork, type BenchNetworkName } from './networks.ts';
import { timed } from './timed.ts';

/** Our side of the comparison: the same sizes as bench/peers/torch_bench.py, through the code that runs use. */

const batchSize = 100;
const classes = 10;
/** Images of an evaluation, and in one of its chunks. */
const evaluation = { count: 1000, chunk: 250 };
const interpolated = { count: 60_000, chunk: 1000 };

function randomExamples(count: number, shape: Shape): Examples {
  const stream = randomStream(1, 'bench');
  const inputs = Float32Array.from({ length: count * sizeOf(shape) }, () => stream.uniform());
  return { inputs, labels: Uint8Array.from({ length: count }, () => stream.integer(classes)), count };
}

/** What is measured: seconds of one repetition after the other. */
export type Timed = (repeats: number) => Promise<number[]>;

export class Thalweg {
  readonly runtime: Runtime;

  private constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  static async open(threads: number): Promise<Thalweg> {
    return new Thalweg(createRuntime(await createOrtBackend({ device: 'cpu', threads })));
  }

  /** One SGD update on a batch of 100. */
  async step(name: BenchNetworkName): Promise<Timed> {
    const trainer = await this.#trainer(name);
    return (repeats) => timed(repeats, () => trainer.step());
  }

  /** Loss and accuracy of 1,000 images with running statistics. */
  async evaluation(name: BenchNetworkName): Promise<Timed> {
    const { objective, examples } = this.#prepare(name, evaluation.count, evaluation.chunk);
    const evaluator = await Evaluator.create(this.runtime, objective, examples);
    const [parameters, buffers] = [initialParameters(objective.model, 1), initialBuffers(objective.model)];
    return (repeats) => timed(repeats, () => evaluator.evaluate(parameters, buffers));
  }

  /** Loss of 60,000 images at ten points of one update of the MLP, as the walk probe evaluates it. */
  async interpolation(): Promise<Timed> {
    const trainer = await this.#trainer('mlp');
    const { objective, examples } = this.#prepare('mlp', interpolated.count, interpolated.chunk);
    const probe = await createInterpolation(
      { kind: 'interpolation', points: 11, epochs: 'all', iterations: 'all', examples: 'all', batchNorm: 'batch' },
      { runtime: this.runtime, objective, examples, population: interpolated.count, clock: new EpochClock(600) },
    );
    const update: Update = await trainer.step();
    let iteration = 0;
    await probe.afterUpdate!({ ...update, iteration });
    // Consecutive iterations share the point between them, as in a run.
    return (repeats) => timed(repeats, () => probe.afterUpdate!({ ...update, iteration: ++iteration }));
  }

  /** A network at its initial point, with random images. */
  measured(name: BenchNetworkName, count: number, chunk: number, mode: Mode): MeasuredNetwork {
    const { objective, examples } = this.#prepare(name, count, chunk);
    const { model } = objective;
    const [parameters, buffers] = [initialParameters(model, 1), initialBuffers(model)];
    return { runtime: this.runtime, objective, examples, mode, parameters, buffers };
  }

  async #trainer(name: BenchNetworkName): Promise<Trainer> {
    const { objective, examples } = this.#prepare(name, batchSize, batchSize);
    const stepper = await createBatchStepper(this.runtime, objective, batchSize, () => examples.chunks[0]!, false);
    return new Trainer(this.runtime.backend, stepper, () => 0.01, initialState(objective.model, 1));
  }

  #prepare(name: BenchNetworkName, count: number, chunk: number) {
    const { model, inputShape }: BenchNetwork = benchNetworks[name];
    const objective: Objective = { model: modelFor(model, inputShape, classes), loss: crossEntropy };
    const examples = new ChunkedExamples(randomExamples(count, inputShape), inputShape, chunk, this.runtime.backend);
    return { objective, examples };
  }
}

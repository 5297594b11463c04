import type { AnyTensor, Runtime } from '../runtime/index.ts';
import { asHost } from '../runtime/index.ts';
import type { ChunkedExamples } from './examples.ts';
import { compileEvaluation, type Objective } from './programs.ts';

/** Mean loss and accuracy over a set of examples, each example counting once. */
export interface Evaluation {
  /** Mean loss, nat. */
  readonly loss: number;
  /** Share of examples whose label has the largest score; where k scores are equally large it counts 1/k. */
  readonly accuracy: number;
  readonly examples: number;
}

export type ParametersByName = Readonly<Record<string, AnyTensor>>;
type Programs = ReadonlyMap<number, Awaited<ReturnType<typeof compileEvaluation>>>;

/** Measures loss and accuracy on one set of examples; sums are taken in float64. */
export class Evaluator {
  readonly #examples: ChunkedExamples;
  readonly #programs: Programs;

  private constructor(examples: ChunkedExamples, programs: Programs) {
    this.#examples = examples;
    this.#programs = programs;
  }

  static async create(runtime: Runtime, objective: Objective, examples: ChunkedExamples): Promise<Evaluator> {
    return new Evaluator(examples, await examples.forSizes((size) => compileEvaluation(runtime, objective, size)));
  }

  /** @param buffers of a model with batch normalisation: the running statistics that it is evaluated with */
  async evaluate(parameters: ParametersByName, buffers: ParametersByName = {}): Promise<Evaluation> {
    // One running sum over all examples, as for interpolated losses: the same losses give the same bits.
    let [loss, correct] = [0, 0];
    for (const { size, x, labels } of this.#examples.chunks) {
      const result = await this.#programs.get(size)!.run({ parameters, buffers, x, labels });
      loss = added(loss, asHost(result.loss).data as Float32Array);
      correct = added(correct, asHost(result.correct).data as Float32Array);
    }
    const examples = this.#examples.count;
    return { loss: loss / examples, accuracy: correct / examples, examples };
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await program.release();
  }
}

function added(sum: number, values: Float32Array): number {
  for (const value of values) sum += value;
  return sum;
}

import type { HostTensor, TensorType } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { lossGrid, type GridLoss, type LossGrid, type Model } from '../nn/index.ts';
import { sqrt, square, sum } from '../ops/index.ts';
import { asHost, beside, type AnyTensor, type Runtime } from '../runtime/index.ts';
import {
  batchTypes,
  bufferTypes,
  correctness,
  exampleLosses,
  parameterTypes,
  type ChunkedExamples,
} from '../train/index.ts';
import { affineHessianTrace, marginBound, outputMargin, softmaxMargin } from './margins.ts';
import type { MeasuredNetwork } from './network.ts';

export type FloatNumbers = Float32Array<ArrayBuffer>;

/** A quantity that depends on ‖x‖², with x the network's input and with x the top layer's features. */
export interface ByInput {
  readonly input: FloatNumbers;
  readonly features: FloatNumbers;
}

/** What a network makes of each example, in the order of the examples. */
export interface ExampleEvaluation {
  /** The training loss with the objective's penalty, so that the mean is the objective. */
  readonly loss: FloatNumbers;
  /** 1 where the label has the largest score, 1/k where k scores tie for it, else 0: the mean is the accuracy. */
  readonly correct: FloatNumbers;
  /** `s_y − max_{j≠y} s_j`, signed (row M) */
  readonly outputMargin: FloatNumbers;
  /** `S_y − max_{j≠y} S_j` with S the softmax of the scores, signed (row M) */
  readonly softmaxMargin: FloatNumbers;
  /** ‖x‖² */
  readonly squaredNorm: ByInput;
  /** `(‖x‖² + 1)(1 − Σ_j S_j²)` (row M-aceht) */
  readonly affineTrace: ByInput;
  /** `(‖x‖² + 1)(1 − γ(S, y)²)` (row M-bound); the paper takes it where `correct` is 1, see {@link marginBound} */
  readonly marginBound: ByInput;
  /** The alternative losses that were asked for, without penalty: one array for each parameter (row G-track). */
  readonly losses: Partial<Readonly<Record<GridLoss, readonly FloatNumbers[]>>>;
}

export interface ExampleEvaluatorOptions {
  /** Losses other than the training loss; default: none. */
  readonly losses?: LossGrid;
}

export type ParameterPoint = Pick<MeasuredNetwork, 'parameters' | 'buffers'>;
type Program = Awaited<ReturnType<typeof compileEvaluator>>;
type Result = Awaited<ReturnType<Program['run']>>;

/**
 * Evaluates each example: margins, affine Hessian traces, alternative losses, in one pass that shares the forward pass. It is
 * compiled once, for any number of points of the same network.
 */
export class ExampleEvaluator {
  readonly #network: MeasuredNetwork;
  readonly #programs: ReadonlyMap<number, Program>;
  /** ‖x‖² of the inputs of each chunk: the same at every point. */
  readonly #inputNorms: readonly HostTensor[];

  private constructor(
    network: MeasuredNetwork,
    programs: ReadonlyMap<number, Program>,
    inputNorms: readonly HostTensor[],
  ) {
    this.#network = network;
    this.#programs = programs;
    this.#inputNorms = inputNorms;
  }

  /** Throws `GRAPH_SHAPE` for a network of one class, `USAGE` for parameters of losses outside their range. */
  static async create(network: MeasuredNetwork, options: ExampleEvaluatorOptions = {}): Promise<ExampleEvaluator> {
    const { runtime, objective, examples } = network;
    const programs = await examples.forSizes((size) => compileEvaluator(network, options, size));
    const norms = await beside([...programs.values()], () => inputNorms(runtime, objective.model, examples));
    return new ExampleEvaluator(network, programs, norms);
  }

  /** @param point default: that of the network */
  async evaluate({ parameters, buffers }: ParameterPoint = this.#network): Promise<ExampleEvaluation> {
    const results: Result[] = [];
    for (const [index, { size, x, labels }] of this.#network.examples.chunks.entries()) {
      const inputNorm = this.#inputNorms[index]!;
      results.push(await this.#programs.get(size)!.run({ parameters, buffers, x, labels, inputNorm }));
    }
    return { ...joined(results), squaredNorm: this.#squaredNorms(results) };
  }

  #squaredNorms(results: readonly Result[]): ByInput {
    return { input: concatenated(this.#inputNorms), features: concatenated(results.map((r) => r.featureNorm)) };
  }

  async release(): Promise<void> {
    for (const program of this.#programs.values()) await program.release();
  }
}

/** {@link ExampleEvaluator} for a single point. */
export async function evaluateExamples(
  network: MeasuredNetwork,
  options: ExampleEvaluatorOptions = {},
): Promise<ExampleEvaluation> {
  const evaluator = await ExampleEvaluator.create(network, options);
  try {
    return await evaluator.evaluate();
  } finally {
    await evaluator.release();
  }
}

function compileEvaluator(
  { runtime, objective, mode }: MeasuredNetwork,
  { losses = {} }: ExampleEvaluatorOptions,
  size: number,
) {
  const { model } = objective;
  const specs = {
    parameters: parameterTypes(model),
    buffers: bufferTypes(model),
    ...batchTypes(model, size),
    inputNorm: { dtype: 'float32', shape: [size] } as TensorType,
  };
  return runtime.compile(
    ({ parameters, buffers, x, labels, inputNorm }) => {
      const pass = exampleLosses(objective, { parameters, buffers }, x, labels, mode);
      const featureNorm = squaredNorms(pass.features);
      const grid: Record<string, Tensor> = lossGrid(losses, pass.scores, labels, sqrt(featureNorm));
      return {
        loss: pass.losses,
        correct: correctness(pass.scores, labels),
        outputMargin: outputMargin(pass.scores, labels),
        softmaxMargin: softmaxMargin(pass.scores, labels),
        featureNorm,
        affineTrace: {
          input: affineHessianTrace(pass.scores, inputNorm),
          features: affineHessianTrace(pass.scores, featureNorm),
        },
        marginBound: {
          input: marginBound(pass.scores, labels, inputNorm),
          features: marginBound(pass.scores, labels, featureNorm),
        },
        losses: grid,
      };
    },
    specs,
    { name: 'example-evaluation' },
  );
}

/** `Σ x²` of each example: x [n, …] → [n]. */
const squaredNorms = (x: Tensor): Tensor => sum(square(x), { axes: x.shape.slice(1).map((_, axis) => axis + 1) });

async function inputNorms(runtime: Runtime, model: Model, examples: ChunkedExamples): Promise<HostTensor[]> {
  const programs = await examples.forSizes((size) =>
    runtime.compile(({ x }) => squaredNorms(x), { x: batchTypes(model, size).x }, { name: 'input-norms' }),
  );
  try {
    const norms: HostTensor[] = [];
    for (const { size, x } of examples.chunks) norms.push(asHost(await programs.get(size)!.run({ x })));
    return norms;
  } finally {
    for (const program of programs.values()) await program.release();
  }
}

/** The results of all chunks, one behind the other. */
function joined(results: readonly Result[]): Omit<ExampleEvaluation, 'squaredNorm'> {
  const column = (pick: (result: Result) => AnyTensor): FloatNumbers => concatenated(results.map(pick));
  const names = Object.keys(results[0]?.losses ?? {});
  return {
    loss: column((r) => r.loss),
    correct: column((r) => r.correct),
    outputMargin: column((r) => r.outputMargin),
    softmaxMargin: column((r) => r.softmaxMargin),
    affineTrace: { input: column((r) => r.affineTrace.input), features: column((r) => r.affineTrace.features) },
    marginBound: { input: column((r) => r.marginBound.input), features: column((r) => r.marginBound.features) },
    losses: Object.fromEntries(names.map((name) => [name, concatenatedRows(results.map((r) => r.losses[name]!))])),
  };
}

/** Tensors [n] one behind the other. */
const concatenated = (parts: readonly AnyTensor[]): FloatNumbers => concatenatedRows(parts)[0] ?? new Float32Array();

/** Row by row, tensors [rows, n] (or [n], one row) of different n one behind the other. */
function concatenatedRows(parts: readonly AnyTensor[]): FloatNumbers[] {
  const count = parts.reduce((total, { shape }) => total + shape.at(-1)!, 0);
  const rows: FloatNumbers[] = [];
  let first = 0;
  for (const part of parts) {
    const { shape, data } = asHost(part);
    const size = shape.at(-1)!;
    for (let row = 0; row * size < data.length; row++)
      (rows[row] ??= new Float32Array(count)).set((data as FloatNumbers).subarray(row * size, (row + 1) * size), first);
    first += size;
  }
  return rows;
}

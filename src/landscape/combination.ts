import { allocate, hostTensor, type HostTensor } from '../base/index.ts';
import { placedPoint, type NetworkPoint } from '../curvature/index.ts';
import type { FloatType } from '../linop/index.ts';
import { asHost, disposeTree } from '../runtime/index.ts';
import type { ChunkedExamples, Evaluation } from '../train/index.ts';
import { requireInteger, usage, type LandscapeNetwork } from './network.ts';
import { compileLosses, compileStatistics, type PassKind } from './programs.ts';

/** Weights w_j of a point `Σ_j w_j·θ_j`. */
export type Weights = readonly number[];

type Losses = Awaited<ReturnType<typeof compileLosses>>;
type Statistics = Awaited<ReturnType<typeof compileStatistics>>;
/** Programs for recomputed statistics, and the examples they are taken on. */
interface Recomputation {
  readonly programs: ReadonlyMap<number, Statistics>;
  readonly examples: ChunkedExamples;
}
type Buffers = Readonly<Record<string, HostTensor>>;

const defaultBlock = 8;

/**
 * Loss and accuracy at points `Σ_j w_j·θ_j`, by programs that take any terms θ_j and weights. Weights of one 1 and zeros give
 * θ_j itself: its loss has the bits of `Evaluator` of `thalweg/train`. Sums over examples are taken in float64.
 */
export class CombinationEvaluator {
  readonly #network: LandscapeNetwork;
  readonly #block: number;
  readonly #losses: ReadonlyMap<number, Losses>;
  readonly #recomputed: Recomputation | null;

  private constructor(
    network: LandscapeNetwork,
    block: number,
    losses: ReadonlyMap<number, Losses>,
    recomputed: Recomputation | null,
  ) {
    this.#network = network;
    this.#block = block;
    this.#losses = losses;
    this.#recomputed = recomputed;
  }

  /**
   * @param terms number of terms that a point is combined from
   * Throws `USAGE` for no examples, and for a block that is no positive integer.
   */
  static async create(network: LandscapeNetwork, terms: number): Promise<CombinationEvaluator> {
    const { examples, batchNorm } = network;
    const block = blockOf(network);
    if (examples.count === 0) throw usage('landscape', 'at least one example', 'none');
    const kind = passOf(network);
    const losses = await examples.forSizes((size) => compileLosses(network, kind, size, terms, block));
    if (kind.running !== 'given' || typeof batchNorm === 'string')
      return new CombinationEvaluator(network, block, losses, null);
    const { recomputed } = batchNorm;
    if (recomputed.count === 0) throw usage('landscape', 'at least one example to recompute statistics on', 'none');
    const programs = await recomputed.forSizes((size) => compileStatistics(network, size, terms, block));
    return new CombinationEvaluator(network, block, losses, { programs, examples: recomputed });
  }

  /** Points that one program evaluates. */
  get block(): number {
    return this.#block;
  }

  /** Calls `use` with the terms where programs read them best. Throws `RUNTIME_INPUT` for terms of another model. */
  async with<T>(terms: readonly NetworkPoint[], use: (evaluate: Evaluate) => Promise<T>): Promise<T> {
    const { objective, runtime, dtype = 'float32' } = this.#network;
    const placed: NetworkPoint[] = [];
    try {
      for (const term of terms) placed.push(await placedPoint(objective.model, term, dtype, runtime.backend));
      return await use((weights) => this.#evaluate(placed, weights));
    } finally {
      for (const { parameters, buffers } of placed) disposeTree([parameters, buffers]);
    }
  }

  async #evaluate(terms: readonly NetworkPoint[], weights: readonly Weights[]): Promise<Evaluation[]> {
    const results: Evaluation[] = [];
    while (results.length < weights.length)
      results.push(...(await this.#evaluateBlock(terms, weights.slice(results.length, results.length + this.#block))));
    return results;
  }

  /** At most a block of points. */
  async #evaluateBlock(terms: readonly NetworkPoint[], points: readonly Weights[]): Promise<Evaluation[]> {
    const { examples, dtype = 'float32' } = this.#network;
    const weights = weightTensor(points, this.#block, terms.length, dtype);
    const statistics = this.#recomputed ? await this.#recompute(this.#recomputed, terms, weights) : [];
    const sums = points.map(() => ({ loss: 0, correct: 0 }));
    for (const { size, x, labels } of examples.chunks) {
      const result = await this.#losses.get(size)!.run({ terms, weights, statistics, x, labels });
      const [loss, correct] = [asHost(result.loss).data, asHost(result.correct).data];
      sums.forEach((sum, point) => {
        // One running sum over all examples, as in `Evaluator`: the same losses give the same bits.
        for (let index = point * size; index < (point + 1) * size; index++) {
          sum.loss += Number(loss[index]);
          sum.correct += Number(correct[index]);
        }
      });
    }
    const { count } = examples;
    return sums.map(({ loss, correct }) => ({ loss: loss / count, accuracy: correct / count, examples: count }));
  }

  /** Mean statistics of chunks at each point of a block. */
  async #recompute(
    { programs, examples }: Recomputation,
    terms: readonly NetworkPoint[],
    weights: HostTensor,
  ): Promise<Buffers[]> {
    const { model } = this.#network.objective;
    const totals = new Map(model.buffers.map(({ name, shape }) => [name, new Float64Array(this.#block * shape[0]!)]));
    for (const { size, x, labels } of examples.chunks) {
      const result = await programs.get(size)!.run({ terms, weights, statistics: [], x, labels });
      for (const [name, total] of totals) {
        const values = asHost(result[name]!).data;
        for (let index = 0; index < total.length; index++) total[index]! += size * Number(values[index]);
      }
    }
    const { dtype = 'float32' } = this.#network;
    const buffersOf = (point: number): Buffers =>
      Object.fromEntries(
        model.buffers.map(({ name, shape }) => {
          const sums = totals.get(name)!.subarray(point * shape[0]!, (point + 1) * shape[0]!);
          return [
            name,
            hostTensor(
              dtype,
              shape,
              Array.from(sums, (sum) => sum / examples.count),
            ),
          ];
        }),
      );
    return Array.from({ length: this.#block }, (_, point) => buffersOf(point));
  }

  async release(): Promise<void> {
    for (const program of [...this.#losses.values(), ...(this.#recomputed?.programs.values() ?? [])])
      await program.release();
  }
}

/** Points that one program evaluates. */
export function blockOf({ block = defaultBlock }: Pick<LandscapeNetwork, 'block'>): number {
  requireInteger('landscape', 'block', block, 1);
  return block;
}

/** Loss and accuracy at points, in their order. */
export type Evaluate = (weights: readonly Weights[]) => Promise<Evaluation[]>;

function passOf({ objective: { model }, batchNorm }: LandscapeNetwork): PassKind {
  if (model.buffers.length === 0) return { mode: 'evaluate', running: 'centre' };
  if (batchNorm === 'batch') return { mode: 'train', running: 'centre' };
  return { mode: 'evaluate', running: typeof batchNorm === 'string' ? batchNorm : 'given' };
}

/** [block, terms]; a block that is not full repeats its last point. */
function weightTensor(points: readonly Weights[], block: number, terms: number, dtype: FloatType): HostTensor {
  const data = allocate(dtype, block * terms);
  for (let row = 0; row < block; row++) data.set(points[Math.min(row, points.length - 1)]!, row * terms);
  return { dtype, shape: [block, terms], data };
}

/** Evaluates at points combined from `terms`, with programs that live as long as `use` runs. */
export async function withEvaluator<T>(
  network: LandscapeNetwork,
  terms: number,
  use: (evaluator: CombinationEvaluator) => Promise<T>,
): Promise<T> {
  const evaluator = await CombinationEvaluator.create(network, terms);
  try {
    return await use(evaluator);
  } finally {
    await evaluator.release();
  }
}

import type { NetworkPoint } from '../curvature/index.ts';
import { blockOf, withEvaluator, type CombinationEvaluator, type Evaluate, type Weights } from './combination.ts';
import { requireInteger, usage, type LandscapeNetwork } from './network.ts';

/** Loss and accuracy at points `Σ_j w_j·θ_j`: plain data, complete or not, to be saved and gone on with. */
export interface LossMap {
  /** Terms θ_j of each point. */
  readonly terms: number;
  /** w_j of every point, one row of `terms` numbers after the other. */
  readonly weights: Float64Array<ArrayBuffer>;
  /** Points that are computed: the first ones. The values of the others are NaN. */
  readonly completed: number;
  /** Mean loss at each point, nat. */
  readonly loss: Float64Array<ArrayBuffer>;
  /** Share of examples whose label has the largest score. */
  readonly accuracy: Float64Array<ArrayBuffer>;
}

export interface MapOptions {
  /**
   * An incomplete map of the same points to go on with: what comes out has the same bits as without interruption. Its first
   * value is computed again, and refused unless it is the same: another network, other examples, another device.
   */
  readonly from?: LossMap | undefined;
  /** Most points to compute in this call; default: all. */
  readonly limit?: number | undefined;
  /** Told after each block of points what there is; the map is a copy. */
  readonly onProgress?: ((map: LossMap) => void) | undefined;
}

/**
 * Loss and accuracy at every point, block after block.
 *
 * @param terms θ_j: points, or directions for weights that are their steps
 * @param weights one row for each point
 * Throws `USAGE` for no points, no examples, a map of other points or another network; `RUNTIME_INPUT` for terms that are
 *   not the model's.
 */
export async function mapLosses(
  network: LandscapeNetwork,
  terms: readonly NetworkPoint[],
  weights: readonly Weights[],
  options: MapOptions = {},
): Promise<LossMap> {
  const start = startingMap(terms.length, weights, options);
  // A short line needs no large program.
  const block = Math.min(blockOf(network), weights.length);
  return withEvaluator({ ...network, block }, terms.length, (evaluator) =>
    evaluator.with(terms, (evaluate) => continueMap(evaluator, evaluate, weights, start, options)),
  );
}

async function continueMap(
  { block }: CombinationEvaluator,
  evaluate: Evaluate,
  weights: readonly Weights[],
  start: LossMap,
  { limit = weights.length, onProgress }: MapOptions,
): Promise<LossMap> {
  if (start.completed > 0) await requireSameNetwork(evaluate, weights, start);
  const last = Math.min(weights.length, start.completed + limit);
  let map = start;
  while (map.completed < last) {
    const next = await evaluate(weights.slice(map.completed, Math.min(last, map.completed + block)));
    const [loss, accuracy] = [map.loss.slice(), map.accuracy.slice()];
    next.forEach((value, index) => {
      loss[map.completed + index] = value.loss;
      accuracy[map.completed + index] = value.accuracy;
    });
    map = { ...map, loss, accuracy, completed: map.completed + next.length };
    onProgress?.(map);
  }
  return map;
}

function startingMap(terms: number, weights: readonly Weights[], { from, limit }: MapOptions): LossMap {
  if (limit !== undefined) requireInteger('loss map', 'limit', limit, 0);
  if (weights.length === 0) throw usage('loss map', 'at least one point', 'none');
  const odd = weights.find((row) => row.length !== terms || !row.every(Number.isFinite));
  if (odd) throw usage('loss map', `${terms} finite weights for each point`, `[${odd.join(', ')}]`);
  const flat = Float64Array.from(weights.flat());
  if (from) return checkedMap(from, terms, weights.length, flat);
  const unknown = (): Float64Array<ArrayBuffer> => new Float64Array(weights.length).fill(NaN);
  return { terms, weights: flat, completed: 0, loss: unknown(), accuracy: unknown() };
}

function checkedMap(from: LossMap, terms: number, points: number, weights: Float64Array): LossMap {
  const { completed, loss, accuracy } = from;
  if (loss.length !== points || accuracy.length !== points || from.terms !== terms)
    throw usage(
      'loss map',
      `a map of ${points} points of ${terms} terms to go on with`,
      `${loss.length} of ${from.terms}`,
    );
  const other = weights.findIndex((weight, index) => weight !== from.weights[index]);
  if (other >= 0)
    throw usage('loss map', `weight ${other} of the map to be ${weights[other]!}`, String(from.weights[other]));
  if (!Number.isSafeInteger(completed) || completed < 0 || completed > points)
    throw usage('loss map', `0 to ${points} completed points`, completed);
  return from;
}

async function requireSameNetwork(evaluate: Evaluate, weights: readonly Weights[], map: LossMap): Promise<void> {
  const [again] = await evaluate(weights.slice(0, 1));
  if (!Object.is(again!.loss, map.loss[0]))
    throw usage('loss map', `loss ${map.loss[0]!} at the first point, as in the map to go on with`, again!.loss);
}

import type { NetworkPoint } from '../curvature/index.ts';
import { blockOf, withEvaluator, type CombinationEvaluator, type Evaluate, type Weights } from './combination.ts';
import { requireInteger, usage, type LandscapeNetwork } from './network.ts';

/** Loss and accuracy at points `Σ_j w_j·θ_j`: plain data, complete or not, to be saved and gone on with. */
export interface LossMap {
  /** Terms θ_j of each point. */
  readonly terms: number;
  /** w_j of every point, one row of `terms` numbers after the other. */
  readonly weights: Float64Array<ArrayBuffer>;
  /** Place of the first point that is computed: 0, but for a part of a map. */
  readonly first: number;
  /** Points that are computed, from that one on. The values of the others are NaN. */
  readonly completed: number;
  /** Mean loss at each point, nat. */
  readonly loss: Float64Array<ArrayBuffer>;
  /** Share of examples whose label has the largest score. */
  readonly accuracy: Float64Array<ArrayBuffer>;
}

/** Some points of a map, one after another. */
export interface MapPart {
  /** Place of the first one: a multiple of the network's block, so that the same points share a program as in the whole map. */
  readonly first: number;
  /** How many, at least 1: whole blocks, but at the end of the map. */
  readonly count: number;
}

export interface MapOptions {
  /**
   * An incomplete map of the same points to go on with: what comes out has the same bits as without interruption. Its first
   * value is computed again, and refused unless it is the same: another network, other examples, another device.
   */
  readonly from?: LossMap | undefined;
  /** Compute only these, with the bits that they have in the whole map; default: all points. */
  readonly part?: MapPart | undefined;
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
 * Throws `USAGE` for no points, no examples, a part that is not of whole blocks, a map of other points or another network;
 *   `RUNTIME_INPUT` for terms that are not the model's.
 */
export async function mapLosses(
  network: LandscapeNetwork,
  terms: readonly NetworkPoint[],
  weights: readonly Weights[],
  options: MapOptions = {},
): Promise<LossMap> {
  const block = mapBlock(network, weights.length);
  const start = startingMap(terms.length, weights, block, options);
  return withEvaluator({ ...network, block }, terms.length, (evaluator) =>
    evaluator.with(terms, (evaluate) => continueMap(evaluator, evaluate, weights, start, options)),
  );
}

/** Points of a map that one program evaluates: a short line needs no large program. Throws `USAGE` for a block that is none. */
export const mapBlock = (network: Pick<LandscapeNetwork, 'block'>, points: number): number =>
  Math.min(blockOf(network), points);

async function continueMap(
  { block }: CombinationEvaluator,
  evaluate: Evaluate,
  weights: readonly Weights[],
  start: LossMap,
  { part, limit = weights.length, onProgress }: MapOptions,
): Promise<LossMap> {
  if (start.completed > 0) await requireSameNetwork(evaluate, weights, start);
  const { first } = start;
  const last = Math.min(first + (part?.count ?? weights.length), first + start.completed + limit);
  let map = start;
  while (first + map.completed < last) {
    const at = first + map.completed;
    const next = await evaluate(weights.slice(at, Math.min(last, at + block)));
    const [loss, accuracy] = [map.loss.slice(), map.accuracy.slice()];
    next.forEach((value, index) => {
      loss[at + index] = value.loss;
      accuracy[at + index] = value.accuracy;
    });
    map = { ...map, loss, accuracy, completed: map.completed + next.length };
    onProgress?.(map);
  }
  return map;
}

function startingMap(
  terms: number,
  weights: readonly Weights[],
  block: number,
  { from, part, limit }: MapOptions,
): LossMap {
  if (limit !== undefined) requireInteger('loss map', 'limit', limit, 0);
  if (weights.length === 0) throw usage('loss map', 'at least one point', 'none');
  const odd = weights.find((row) => row.length !== terms || !row.every(Number.isFinite));
  if (odd) throw usage('loss map', `${terms} finite weights for each point`, `[${odd.join(', ')}]`);
  const flat = Float64Array.from(weights.flat());
  const { first, count } = part ?? { first: 0, count: weights.length };
  requireWholeBlocks(first, count, block, weights.length);
  if (from) return checkedMap(from, terms, { first, count }, flat);
  const unknown = (): Float64Array<ArrayBuffer> => new Float64Array(weights.length).fill(NaN);
  return { terms, weights: flat, first, completed: 0, loss: unknown(), accuracy: unknown() };
}

/** Other blocks would put other points into one program, which may change the last bits. */
function requireWholeBlocks(first: number, count: number, block: number, points: number): void {
  const end = first + count;
  const isWhole = Number.isInteger(first / block) && (end === points || Number.isInteger(count / block));
  if (!(isWhole && first >= 0 && count >= 1 && end <= points))
    throw usage('loss map', `a part of ${points} points in whole blocks of ${block}`, `${count} from ${first} on`);
}

function checkedMap(
  from: LossMap,
  terms: number,
  { first, count }: MapPart,
  weights: Float64Array<ArrayBuffer>,
): LossMap {
  const { completed, loss, accuracy } = from;
  const points = weights.length / terms;
  if (loss.length !== points || accuracy.length !== points || from.terms !== terms)
    throw usage(
      'loss map',
      `a map of ${points} points of ${terms} terms to go on with`,
      `${loss.length} of ${from.terms}`,
    );
  if (from.first !== first) throw usage('loss map', `a map from point ${first} on`, from.first);
  if (!Number.isSafeInteger(completed) || completed < 0 || completed > count)
    throw usage('loss map', `0 to ${count} completed points`, completed);
  // Of points that were not computed, parts need not have told the weights.
  const other = weights.findIndex(
    (weight, index) => weight !== from.weights[index] && !Number.isNaN(from.weights[index]),
  );
  if (other >= 0)
    throw usage('loss map', `weight ${other} of the map to be ${weights[other]!}`, String(from.weights[other]));
  return { ...from, weights };
}

async function requireSameNetwork(evaluate: Evaluate, weights: readonly Weights[], map: LossMap): Promise<void> {
  const { first, loss } = map;
  const [again] = await evaluate(weights.slice(first, first + 1));
  if (!Object.is(again!.loss, loss[first]))
    throw usage('loss map', `loss ${loss[first]!} at the first point, as in the map to go on with`, again!.loss);
}

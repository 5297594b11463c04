import type { Tensor } from '../graph/index.ts';
import { add, mul, sub } from '../ops/index.ts';
import { atSeveralPoints, type AtPoints } from './several-points.ts';

/**
 * Values of `outputs` at `sources = (1−α)·starts + α·ends` for several α in one graph: see {@link atSeveralPoints}. α = 0 and
 * α = 1 use the ends themselves, so neighbouring segments meet exactly.
 *
 * @param outputs functions of `sources`
 * @param sources tensors that move along the segment
 * @param starts their values at α = 0
 * @param ends their values at α = 1
 * @param alphas the points, in [0, 1]
 * @returns for each output its values in the order of `alphas`
 */
export function alongSegment(
  outputs: readonly Tensor[],
  sources: readonly Tensor[],
  starts: readonly Tensor[],
  ends: readonly Tensor[],
  alphas: readonly number[],
): Tensor[][] {
  const moving = sources.map((source, index): [Tensor, AtPoints] => [
    source,
    { kind: 'mixed', images: [starts[index]!, ends[index]!] },
  ]);
  const mix = (images: readonly Tensor[]): Tensor[] => between(images[0]!, images[1]!, alphas);
  return atSeveralPoints(outputs, new Map(moving), { points: alphas.length, mix, affine: true });
}

function between(start: Tensor, end: Tensor, alphas: readonly number[]): Tensor[] {
  const difference = sub(end, start);
  return alphas.map((alpha) => (alpha === 0 ? start : alpha === 1 ? end : add(start, mul(difference, alpha))));
}

import { dependents, topologicalOrder, type Tensor } from '../graph/index.ts';
import { add, apply, expandComposites, mul, onBehalfOf, sub } from '../ops/index.ts';
import { isAffine } from './linearity.ts';

/** What a tensor is along the segment from `starts` to `ends`. */
type Along =
  | { readonly kind: 'fixed'; readonly value: Tensor }
  /** `(1−α)·start + α·end`: an affine image of the segment. */
  | { readonly kind: 'affine'; readonly start: Tensor; readonly end: Tensor }
  | { readonly kind: 'varied'; readonly values: readonly Tensor[] };

/**
 * Values of `outputs` at `sources = (1−α)·starts + α·ends` for several α in one graph, which does less work than several
 * graphs: as long as a value is an affine function of α (the first layer of a network: `x·Wᵀ + b`), only its two ends are
 * computed and the points between are interpolated, whatever their number. α = 0 and α = 1 use the ends themselves, so
 * neighbouring segments meet exactly.
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
  const primitive = expandComposites(outputs, sources);
  const order = topologicalOrder(primitive);
  const moving = dependents(order, sources);
  const at = new Map<Tensor, Along>(
    sources.map((source, index) => [source, { kind: 'affine', start: starts[index]!, end: ends[index]! }]),
  );
  const points = pointsAt(alphas);
  for (const tensor of order) {
    if (at.has(tensor)) continue;
    const along: Along = moving.has(tensor)
      ? onBehalfOf(tensor, () => step(tensor, at, points))
      : { kind: 'fixed', value: tensor };
    at.set(tensor, along);
  }
  return primitive.map((output) => [...points(at.get(output)!)]);
}

/** The values of a tensor at each α. */
type Points = (along: Along) => readonly Tensor[];

/** {@link Points} that builds the points of one affine value once. */
function pointsAt(alphas: readonly number[]): Points {
  const built = new Map<Along, readonly Tensor[]>();
  return (along) => {
    if (along.kind === 'varied') return along.values;
    if (along.kind === 'fixed') return alphas.map(() => along.value);
    const known = built.get(along);
    if (known) return known;
    const { start, end } = along;
    const difference = sub(end, start);
    const values = alphas.map((alpha) =>
      alpha === 0 ? start : alpha === 1 ? end : add(start, mul(difference, alpha)),
    );
    built.set(along, values);
    return values;
  };
}

/** One operator along the segment. */
function step(tensor: Tensor, at: ReadonlyMap<Tensor, Along>, points: Points): Along {
  const inputs = tensor.inputs.map((input) => at.get(input)!);
  const applied = (operands: readonly Tensor[]): Tensor => apply(tensor.operator, operands, tensor.attributes);
  if (
    inputs.every((input) => input.kind !== 'varied') &&
    isAffine(
      tensor,
      inputs.map((input) => input.kind === 'affine'),
    )
  ) {
    const image = (end: 'start' | 'end'): Tensor =>
      applied(inputs.map((input) => (input.kind === 'affine' ? input[end] : input.value)));
    return { kind: 'affine', start: image('start'), end: image('end') };
  }
  const values = inputs.map(points);
  const moving = inputs.findIndex((input) => input.kind !== 'fixed');
  return { kind: 'varied', values: values[moving]!.map((_, point) => applied(values.map((value) => value[point]!))) };
}

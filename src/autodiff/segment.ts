import { dependents, topologicalOrder, type Tensor } from '../graph/index.ts';
import { add, apply, expandComposites, mul, onBehalfOf, sub } from '../ops/index.ts';

/** What a tensor is along the segment from `starts` to `ends`. */
type Along =
  | { readonly kind: 'fixed'; readonly value: Tensor }
  /** `(1−α)·start + α·end`: an affine image of the segment. */
  | { readonly kind: 'affine'; readonly start: Tensor; readonly end: Tensor }
  | { readonly kind: 'varied'; readonly values: readonly Tensor[] };

/** Operators that are linear in all their inputs together. */
const linear = new Set(['Identity', 'Add', 'Sub', 'Neg', 'Reshape', 'Transpose', 'Expand', 'Slice', 'Pad', 'Concat', 'ReduceSum', 'AveragePool']);
/** Operators that are linear in each input alone. */
const bilinear = new Set(['Mul', 'MatMul', 'Conv', 'ConvInputGradient', 'ConvWeightGradient']);

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
  const primitive = expandComposites(outputs);
  const order = topologicalOrder(primitive);
  const moving = dependents(order, sources);
  const at = new Map<Tensor, Along>(sources.map((source, index) => [source, { kind: 'affine', start: starts[index]!, end: ends[index]! }]));
  const points = (along: Along): readonly Tensor[] => materialise(along, alphas);
  for (const tensor of order) {
    if (at.has(tensor)) continue;
    at.set(tensor, moving.has(tensor) ? onBehalfOf(tensor, () => step(tensor, at, alphas)) : { kind: 'fixed', value: tensor });
  }
  return primitive.map((output) => [...points(at.get(output)!)]);
}

function step(tensor: Tensor, at: ReadonlyMap<Tensor, Along>, alphas: readonly number[]): Along {
  const inputs = tensor.inputs.map((input) => at.get(input)!);
  const moved = inputs.filter((input) => input.kind !== 'fixed').length;
  const affineMap = linear.has(tensor.operator) || (bilinear.has(tensor.operator) && moved === 1) || (tensor.operator === 'Div' && inputs[1]!.kind === 'fixed');
  if (affineMap && inputs.every((input) => input.kind !== 'varied')) {
    const image = (end: 'start' | 'end'): Tensor =>
      apply(tensor.operator, inputs.map((input) => (input.kind === 'affine' ? input[end] : (input as { value: Tensor }).value)), tensor.attributes);
    return { kind: 'affine', start: image('start'), end: image('end') };
  }
  const values = inputs.map((input) => materialise(input, alphas));
  return { kind: 'varied', values: alphas.map((_, point) => apply(tensor.operator, values.map((value) => value[point]!), tensor.attributes)) };
}

const interpolated = new WeakMap<object, readonly Tensor[]>();

/** The tensor at each α; the points of one affine value are built once. */
function materialise(along: Along, alphas: readonly number[]): readonly Tensor[] {
  if (along.kind === 'varied') return along.values;
  if (along.kind === 'fixed') return alphas.map(() => along.value);
  const known = interpolated.get(along);
  if (known) return known;
  const difference = sub(along.end, along.start);
  const values = alphas.map((alpha) => (alpha === 0 ? along.start : alpha === 1 ? along.end : add(along.start, mul(difference, alpha))));
  interpolated.set(along, values);
  return values;
}


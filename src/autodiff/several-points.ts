import { dependents, topologicalOrder, type Tensor } from '../graph/index.ts';
import { apply, expandComposites, onBehalfOf } from '../ops/index.ts';
import { isAffine, isLinear } from './linearity.ts';

/** What a tensor is at several points of a space that a few images span. */
export type AtPoints =
  | { readonly kind: 'fixed'; readonly value: Tensor }
  /** `Σ_j w_j·images[j]`, with the weights of each point: the image of the space under a linear (or affine) function. */
  | { readonly kind: 'mixed'; readonly images: readonly Tensor[] }
  | { readonly kind: 'varied'; readonly values: readonly Tensor[] };

/** How images make points. */
export interface Mixing {
  /** Number of points. */
  readonly points: number;
  /** `Σ_j w_j·images[j]` at each point. */
  readonly mix: (images: readonly Tensor[]) => readonly Tensor[];
  /** Whether the weights of each point sum to 1, so that constants may be added without losing the form. */
  readonly affine: boolean;
}

/**
 * Values of `outputs` at several points in one graph, which does less work than several graphs: as long as a value is a
 * mixture (the first layer of a network: `x·Wᵀ + b`), only its images are computed and mixed, whatever the number of points.
 *
 * @param outputs functions of `sources`
 * @param sources tensors that move, with what they are at the points
 * @returns for each output its values in the order of the points
 */
export function atSeveralPoints(
  outputs: readonly Tensor[],
  sources: ReadonlyMap<Tensor, AtPoints>,
  mixing: Mixing,
): Tensor[][] {
  const primitive = expandComposites(outputs, [...sources.keys()]);
  const order = topologicalOrder(primitive);
  const moving = dependents(order, [...sources.keys()]);
  const at = new Map(sources);
  const values = valuesAt(mixing);
  for (const tensor of order) {
    if (at.has(tensor)) continue;
    const known: AtPoints = moving.has(tensor)
      ? onBehalfOf(tensor, () => step(tensor, at, values, mixing.affine))
      : { kind: 'fixed', value: tensor };
    at.set(tensor, known);
  }
  return primitive.map((output) => [...values(at.get(output)!)]);
}

/** The values of a tensor at each point. */
type Values = (known: AtPoints) => readonly Tensor[];

/** {@link Values} that mixes the images of one tensor once. */
function valuesAt({ points, mix }: Mixing): Values {
  const built = new Map<AtPoints, readonly Tensor[]>();
  return (known) => {
    if (known.kind === 'varied') return known.values;
    if (known.kind === 'fixed') return Array.from({ length: points }, () => known.value);
    const values = built.get(known) ?? mix(known.images);
    built.set(known, values);
    return values;
  };
}

/** One operator at all points. */
function step(tensor: Tensor, at: ReadonlyMap<Tensor, AtPoints>, values: Values, affine: boolean): AtPoints {
  const inputs = tensor.inputs.map((input) => at.get(input)!);
  const applied = (operands: readonly Tensor[]): Tensor => apply(tensor.operator, operands, tensor.attributes);
  const mixed = inputs.find((input) => input.kind === 'mixed');
  if (mixed && inputs.every((input) => input.kind !== 'varied') && keepsForm(tensor, inputs, affine)) {
    const image = (index: number): Tensor =>
      applied(inputs.map((input) => (input.kind === 'mixed' ? input.images[index]! : input.value)));
    return { kind: 'mixed', images: mixed.images.map((_, index) => image(index)) };
  }
  const operands = inputs.map(values);
  const moving = inputs.findIndex((input) => input.kind !== 'fixed');
  return { kind: 'varied', values: operands[moving]!.map((_, point) => applied(operands.map((all) => all[point]!))) };
}

/** Whether the operator maps mixtures to the mixture of its images. */
function keepsForm(tensor: Tensor, inputs: readonly AtPoints[], affine: boolean): boolean {
  const moving = inputs.map(({ kind }) => kind === 'mixed');
  return affine ? isAffine(tensor, moving) : isLinear(tensor, moving);
}

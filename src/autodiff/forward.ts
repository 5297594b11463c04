import { dependents, topologicalOrder, type Tensor } from '../graph/index.ts';
import { definitionOf, onBehalfOf, zerosLike } from '../ops/index.ts';
import { requireDifferentiable, requireTypes } from './reverse.ts';

/**
 * Forward mode: `ẏ_k = Σ_x (∂y_k/∂x) ẋ`.
 *
 * Walks the graph from the sources to the results once; each operator's rule gives the tangent of its result from the
 * tangents of its inputs. Tangents that are zero everywhere are never built.
 *
 * @param outputs results y_k
 * @param sources tensors x; each must be a graph input, a constant, or the result of an operator (which is then held fixed)
 * @param tangents ẋ, of the type of x
 * @returns ẏ_k of the type of y_k; zeros where y_k depends on no source
 */
export function pushforward(
  outputs: readonly Tensor[],
  sources: readonly Tensor[],
  tangents: readonly Tensor[],
): Tensor[] {
  requireTypes('pushforward', sources, tangents);
  sources.forEach(requireDifferentiable);
  const dot = new Map<Tensor, Tensor>(sources.map((source, index) => [source, tangents[index]!]));
  const order = topologicalOrder(outputs);
  const active = dependents(order, sources);
  for (const tensor of order) {
    if (dot.has(tensor) || !active.has(tensor)) continue;
    const tangent = onBehalfOf(tensor, () => tangentOf(tensor, dot));
    if (tangent) dot.set(tensor, tangent);
  }
  return outputs.map((output) => dot.get(output) ?? zerosLike(output));
}

function tangentOf(tensor: Tensor, dot: ReadonlyMap<Tensor, Tensor>): Tensor | null {
  const tangents = tensor.inputs.map((input) => dot.get(input) ?? null);
  if (tangents.every((tangent) => tangent === null)) return null;
  const definition = definitionOf(tensor.operator);
  if (definition.kind === 'primitive') return definition.jvp(tensor, tangents);
  const moving = [...new Set(tensor.inputs.filter((input) => dot.has(input)))];
  const body = definition.decompose(tensor.inputs, tensor.attributes);
  return pushforward(
    [body],
    moving,
    moving.map((input) => dot.get(input)!),
  )[0]!;
}

import { formatType, isFloat, sameShape, ThalwegError } from '../base/index.ts';
import { dependents, topologicalOrder, type Tensor } from '../graph/index.ts';
import { add, atUserLine, definitionOf, onBehalfOf, zerosLike } from '../ops/index.ts';

/**
 * Reverse mode: `x̄ = Σ_k (∂y_k/∂x)ᵀ ȳ_k` for every `x` of `sources`.
 *
 * Walks the graph from the results back to the sources. A tensor's cotangent is complete when every operator that uses
 * it has been visited, which reverse topological order guarantees; the operator's rule then passes it on to its inputs.
 *
 * @param outputs results y_k
 * @param cotangents ȳ_k, of the type of y_k
 * @param sources tensors x; what lies behind them is not visited
 * @returns x̄ of the type of x; zeros where no floating-point result depends on x
 */
export function pullback(
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
  sources: readonly Tensor[],
): Tensor[] {
  requireTypes('pullback', outputs, cotangents);
  sources.forEach(requireDifferentiable);
  const bar = cotangentsOf(outputs, cotangents, sources, new Set(sources));
  return sources.map((source) => bar.get(source) ?? zerosLike(source));
}

/**
 * Cotangents of all tensors on the way from the results back to `targets`, those included. What lies behind a tensor of
 * `stops` is not visited. Tensors without an entry have the cotangent zero.
 */
export function cotangentsOf(
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
  targets: readonly Tensor[],
  stops: ReadonlySet<Tensor>,
): ReadonlyMap<Tensor, Tensor> {
  const order = topologicalOrder(outputs);
  const active = dependents(order, targets);
  const bar = new Map<Tensor, Tensor>();
  const accumulate = (tensor: Tensor, cotangent: Tensor): void => {
    const before = bar.get(tensor);
    bar.set(tensor, before ? add(before, cotangent) : cotangent);
  };
  outputs.forEach((output, index) => {
    if (active.has(output) && isFloat(output.dtype)) accumulate(output, cotangents[index]!);
  });
  for (const tensor of order.reverse()) {
    const cotangent = bar.get(tensor);
    if (!cotangent || stops.has(tensor)) continue;
    const wanted = tensor.inputs.map((input) => active.has(input));
    if (!wanted.includes(true)) continue;
    const parts = onBehalfOf(tensor, () => definitionOf(tensor.operator).vjp(tensor, cotangent, wanted));
    parts.forEach((part, index) => {
      if (part && wanted[index]) onBehalfOf(tensor, () => accumulate(tensor.inputs[index]!, part));
    });
  }
  return bar;
}

/** One cotangent or tangent per tensor, each of its tensor's type. */
export function requireTypes(name: string, tensors: readonly Tensor[], others: readonly Tensor[]): void {
  tensors.forEach((tensor, index) => {
    const other = others[index];
    if (!other || other.dtype !== tensor.dtype || !sameShape(other.shape, tensor.shape))
      throw new ThalwegError(
        'GRAPH_SHAPE',
        `${name}: expected ${formatType(tensor)} at position ${index}, got ${other ? formatType(other) : 'nothing'}${atUserLine()}`,
      );
  });
}

export function requireDifferentiable(source: Tensor): void {
  if (!isFloat(source.dtype))
    throw new ThalwegError(
      'NOT_DIFFERENTIABLE',
      `derivative: expected a floating-point tensor, got ${source.toString()}${atUserLine(source.origin)}`,
    );
}

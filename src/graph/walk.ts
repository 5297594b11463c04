import type { Graph, Tensor } from './tensor.ts';

/**
 * Everything that `outputs` depend on, each tensor after its inputs. The order depends only on structure: depth first,
 * inputs left to right. Iterative, because a chain of ten thousand operators is an ordinary graph.
 */
export function topologicalOrder(outputs: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const done = new Set<Tensor>();
  const pending: { tensor: Tensor; next: number }[] = [];
  for (const output of outputs) {
    if (!done.has(output)) pending.push({ tensor: output, next: 0 });
    while (pending.length > 0) {
      const top = pending[pending.length - 1]!;
      const input = top.tensor.inputs[top.next++];
      if (input === undefined) {
        pending.pop();
        if (!done.has(top.tensor)) order.push(top.tensor);
        done.add(top.tensor);
      } else if (!done.has(input)) pending.push({ tensor: input, next: 0 });
    }
  }
  return order;
}

/** All tensors of a graph in topological order; declared inputs that nothing uses are left out. */
export const graphOrder = (graph: Graph): Tensor[] => topologicalOrder(Object.values(graph.outputs));

/** The tensors on some path from `sources` to `outputs` (those a derivative has to visit). */
export function dependents(order: readonly Tensor[], sources: readonly Tensor[]): Set<Tensor> {
  const reached = new Set<Tensor>(sources);
  for (const tensor of order) if (tensor.inputs.some((input) => reached.has(input))) reached.add(tensor);
  return reached;
}

import { formatType, sameShape, ThalwegError } from '../base/index.ts';
import { graphOrder, printGraph, type Graph } from '../graph/index.ts';
import { inferType } from './apply.ts';
import { text } from './infer.ts';

/**
 * Checks a graph against itself: every operator is known, every type is what its operator infers, every input that is
 * used is declared. Throws `GRAPH_INVALID`; tests call it after every transform.
 */
export function verify(graph: Graph): void {
  const declared = new Set(Object.values(graph.inputs));
  for (const tensor of graphOrder(graph)) {
    if (tensor.operator === 'Input' && !declared.has(tensor))
      invalid(`input "${text(tensor.attributes, 'name')}" is not declared`, graph);
    const type = inferType(tensor.operator, tensor.inputs, tensor.attributes, tensor.origin);
    if (type.dtype !== tensor.dtype || !sameShape(type.shape, tensor.shape))
      invalid(`${tensor.operator} is typed ${formatType(tensor)}, its inputs give ${formatType(type)}`, graph);
  }
}

function invalid(problem: string, graph: Graph): never {
  throw new ThalwegError('GRAPH_INVALID', `graph: ${problem}`, { cause: printGraph(graph) });
}

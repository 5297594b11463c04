import type { OnnxGraph, OnnxNode } from '../graph/index.ts';
import { invalid, quote, titleOf } from './problem.ts';

/** Where a value comes from: a node that computes it; undefined for inputs and initializers. */
export type Producers = ReadonlyMap<string, OnnxNode | undefined>;

/** All values that a graph defines. Throws `ONNX_INVALID` for a name that stands for two. */
export function producersOf(graph: OnnxGraph): Producers {
  const producers = new Map<string, OnnxNode | undefined>();
  const add = (name: string, node: OnnxNode | undefined): void => {
    if (producers.has(name))
      throw invalid(`value ${quote(name)}`, `one origin, got two${node ? `, the second ${titleOf(node)}` : ''}`);
    producers.set(name, node);
  };
  for (const { name } of graph.inputs) add(name, undefined);
  for (const name of Object.keys(graph.initializers)) add(name, undefined);
  for (const node of graph.nodes) for (const name of node.outputs) if (name !== '') add(name, node);
  return producers;
}

/**
 * The nodes that some values depend on, each after those whose outputs it takes; otherwise in the order of the file. Throws
 * `ONNX_INVALID` for a value that nothing defines, and for nodes that wait for each other. Iterative, because a file may
 * chain any number of nodes.
 */
export function orderedNodes(graph: OnnxGraph, wanted: readonly string[], producers = producersOf(graph)): OnnxNode[] {
  const order: OnnxNode[] = [];
  const state = new Map<OnnxNode, 'open' | 'done'>();
  const pending: { node: OnnxNode; next: number }[] = [];
  const visit = (name: string, by: string): void => {
    if (!producers.has(name)) throw invalid(by, `a value that the file defines, got ${quote(name)}`);
    const node = producers.get(name);
    if (node === undefined || state.get(node) === 'done') return;
    if (state.get(node) === 'open')
      throw invalid(titleOf(node), `inputs that do not depend on its own outputs, got ${quote(name)}`);
    state.set(node, 'open');
    pending.push({ node, next: 0 });
  };
  for (const name of wanted) {
    visit(name, 'output');
    while (pending.length > 0) {
      const top = pending[pending.length - 1]!;
      const input = top.node.inputs[top.next++];
      if (input === undefined) {
        pending.pop();
        state.set(top.node, 'done');
        order.push(top.node);
      } else if (input !== '') visit(input, titleOf(top.node));
    }
  }
  return order;
}

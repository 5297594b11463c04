import type { OnnxNode } from '../graph/index.ts';
import type { Initializer } from './roles.ts';
import { hasWeights } from './roles.ts';

/** The last layer with parameters. */
export interface TopLayer {
  /** Names of its parameters, and of those behind it (the bias that is added to a product). */
  readonly parameters: readonly string[];
  /** The value that it is given; undefined where there is no such layer. */
  readonly features: string | undefined;
}

/**
 * The last layer on the way to the scores that has parameters: the last node with weights of its own (`Gemm`, `MatMul`,
 * `Conv`, a normalisation, …), or, where none has any, the last with a parameter as operand. Its features are the first of its
 * inputs that depends on `input`.
 *
 * @param nodes those that the scores depend on, in order
 */
export function topLayer(nodes: readonly OnnxNode[], parameters: readonly Initializer[], input: string): TopLayer {
  const trained = new Map<OnnxNode, string[]>();
  for (const { name, uses } of parameters)
    for (const node of new Set(uses)) trained.set(node, [...(trained.get(node) ?? []), name]);
  const withParameters = nodes.filter((node) => trained.has(node));
  const top = withParameters.findLast(hasWeights) ?? withParameters.at(-1);
  if (top === undefined) return { parameters: [], features: undefined };
  const moving = dependentsOf(nodes, [input]);
  const behind = dependentsOf(nodes, top.outputs);
  const own = withParameters.filter((node) => node === top || node.inputs.some((name) => behind.has(name)));
  return {
    parameters: [...new Set(own.flatMap((node) => trained.get(node)!))],
    features: top.inputs.find((name) => moving.has(name)),
  };
}

/** Values that depend on some others, these included. */
export function dependentsOf(nodes: readonly OnnxNode[], sources: readonly string[]): Set<string> {
  const reached = new Set(sources);
  for (const node of nodes)
    if (node.inputs.some((name) => reached.has(name))) node.outputs.forEach((name) => reached.add(name));
  reached.delete('');
  return reached;
}

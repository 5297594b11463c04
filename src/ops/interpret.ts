import { allocate, formatType, sameShape, sizeOf, ThalwegError, toFloat64, type HostTensor } from '../base/index.ts';
import type { Graph, Tensor } from '../graph/index.ts';
import { topologicalOrder } from '../graph/index.ts';
import { definitionOf, explained } from './apply.ts';
import type { Dense } from './definition.ts';
import { expandComposites } from './expand.ts';
import { text } from './infer.ts';

/**
 * Values of `outputs` in float64 by the operators' reference kernels: slow, simple, and what the runtime is tested
 * against. `values` gives the graph's inputs by name; elements are taken as they are, so float32 inputs are not rounded
 * again.
 */
export function interpret(
  outputs: readonly Tensor[],
  values: Readonly<Record<string, Dense | HostTensor>> = {},
): Dense[] {
  const primitive = expandComposites(outputs);
  const results = new Map<Tensor, Dense>();
  for (const tensor of topologicalOrder(primitive)) results.set(tensor, interpretOne(tensor, results, values));
  return primitive.map((output) => results.get(output)!);
}

function interpretOne(
  tensor: Tensor,
  results: Map<Tensor, Dense>,
  values: Readonly<Record<string, Dense | HostTensor>>,
): Dense {
  const given = tensor.operator === 'Input' ? values[text(tensor.attributes, 'name')] : undefined;
  if (given) {
    if (!sameShape(given.shape, tensor.shape))
      throw new ThalwegError(
        'RUNTIME_INPUT',
        `input "${text(tensor.attributes, 'name')}": expected ${formatType(tensor)}, got shape [${given.shape.join(',')}]`,
      );
    return 'dtype' in given ? { shape: given.shape, data: toFloat64(given) } : given;
  }
  const definition = definitionOf(tensor.operator);
  if (definition.kind === 'composite')
    throw new ThalwegError('INTERNAL', `internal: ${tensor.operator} was not expanded`);
  const inputs = tensor.inputs.map((input) => results.get(input)!);
  return explained(
    tensor.operator,
    tensor.inputs,
    () => definition.reference(inputs, tensor.attributes, tensor),
    tensor.origin,
  );
}

/** Values of a graph's outputs, rounded to their own element types. */
export function interpretGraph(graph: Graph, values: Readonly<Record<string, HostTensor>>): Record<string, HostTensor> {
  const names = Object.keys(graph.outputs);
  const results = interpret(Object.values(graph.outputs), values);
  return Object.fromEntries(names.map((name, index) => [name, roundTo(results[index]!, graph.outputs[name]!)]));
}

/** A dense array as a tensor of the given element type. */
export function roundTo(value: Dense, { dtype }: Pick<Tensor, 'dtype'>): HostTensor {
  const data = allocate(dtype, sizeOf(value.shape));
  value.data.forEach((element, index) => (data[index] = dtype === 'int64' ? BigInt(element) : element));
  return { dtype, shape: value.shape, data };
}

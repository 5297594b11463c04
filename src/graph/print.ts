import { formatType, type HostTensor } from '../base/index.ts';
import type { AttributeValue, Graph, Tensor } from './tensor.ts';
import { graphOrder } from './walk.ts';

/**
 * A graph as text, one operator a line, stable for snapshots:
 *
 * ```
 * (x: float32[2,3]) -> (y)
 *   %0 = Relu x : float32[2,3]
 *   y = %0
 * ```
 */
export function printGraph(graph: Graph): string {
  const names = new Map<Tensor, string>();
  for (const [name, tensor] of Object.entries(graph.inputs)) names.set(tensor, name);
  const signature = Object.entries(graph.inputs).map(([name, tensor]) => `${name}: ${formatType(tensor)}`);
  const lines = [`(${signature.join(', ')}) -> (${Object.keys(graph.outputs).join(', ')})`];
  let next = 0;
  for (const tensor of graphOrder(graph)) {
    if (names.has(tensor)) continue;
    const name = `%${next++}`;
    names.set(tensor, name);
    const operands = tensor.inputs.map((input) => names.get(input)!);
    const attributes = Object.entries(tensor.attributes).map(([key, value]) => `${key}=${formatAttribute(value)}`);
    lines.push(`  ${name} = ${[tensor.operator, ...operands, ...attributes].join(' ')} : ${formatType(tensor)}`);
  }
  for (const [name, tensor] of Object.entries(graph.outputs)) lines.push(`  ${name} = ${names.get(tensor)!}`);
  return lines.join('\n');
}

/** An attribute as text; long constants are cut after eight elements. */
export function formatAttribute(value: AttributeValue): string {
  if (Array.isArray(value)) return `[${value.join(',')}]`;
  if (typeof value !== 'object') return String(value);
  const tensor = value as HostTensor;
  const shown = Array.from(tensor.data.subarray(0, 8) as Iterable<number | bigint>, String);
  return `{${shown.join(',')}${tensor.data.length > 8 ? ',…' : ''}}`;
}

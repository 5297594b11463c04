import { formatType, sizeOf, type HostTensor } from '../base/index.ts';
import type { AttributeValue, Graph, Tensor } from './tensor.ts';
import { graphOrder } from './walk.ts';

/**
 * A text that two graphs share exactly when they have the same structure, types, constants and names of inputs and
 * outputs: the key under which compiled programs are kept.
 */
export function graphKey(graph: Graph): string {
  const numbers = new Map<Tensor, number>();
  const lines = Object.entries(graph.inputs).map(([name, tensor]) => `${name}:${formatType(tensor)}`);
  for (const tensor of graphOrder(graph)) {
    numbers.set(tensor, numbers.size);
    lines.push(nodeKey(tensor, (input) => numbers.get(input)!));
  }
  for (const [name, tensor] of Object.entries(graph.outputs)) lines.push(`${name}=${numbers.get(tensor)!}`);
  return lines.join('\n');
}

/** Operator, operands (by number) and attributes of one tensor as text. */
export function nodeKey(tensor: Tensor, numberOf: (input: Tensor) => number): string {
  const attributes = Object.entries(tensor.attributes).map(([key, value]) => `${key}=${attributeKey(value)}`);
  return `${tensor.operator}(${tensor.inputs.map(numberOf).join()})${attributes.join(';')}`;
}

function attributeKey(value: AttributeValue): string {
  if (typeof value !== 'object') return `${typeof value}:${String(value)}`;
  if (Array.isArray(value)) return `[${value.join()}]`;
  const tensor = value as HostTensor;
  return `${formatType(tensor)}${contentKey(tensor)}`;
}

/** All elements of a small constant; of a large one, two independent 32-bit hashes of its bytes. */
function contentKey(tensor: HostTensor): string {
  const bytes = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  if (sizeOf(tensor.shape) <= 16) return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = (Math.imul(b, 31) + byte) | 0;
  }
  return `#${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}

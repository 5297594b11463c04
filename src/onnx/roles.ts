import { isFloat, sizeOf, type HostTensor } from '../base/index.ts';
import type { OnnxGraph, OnnxNode } from '../graph/index.ts';

/**
 * What the initializers of a file are for. ONNX does not say which of them somebody trained; what they enter does:
 *
 * - **weight**: of an operator that has weights, at the place where it has them: `Conv`, `ConvTranspose`, `Gemm`, `MatMul`,
 *   `Einsum`, the tables of `Gather`, scale and shift of normalisations, slopes of `PRelu`;
 * - **operand** of a sum, difference or product, or a part of a concatenation (biases of `MatMul`, positions, class tokens):
 *   only with more than one element and none of them infinite, since single numbers are constants of formulas (a scale of
 *   attention, ε, the ½ of GELU) and −∞ marks what a mask hides;
 * - **statistic**: running mean or variance of `BatchNormalization`.
 *
 * A use counts also by way of operators that only move elements (`Identity`, `Transpose`, `Reshape`, `Expand`, …). All other
 * uses (shapes, limits, exponents, divisors) make a constant, and so does a concatenation that is a scale or size of `Resize`.
 */
export type Role = 'weight' | 'operand' | 'statistic' | 'constant';

/** Places of weights; `all` stands for every input. */
const weightPlaces: Readonly<Record<string, readonly number[] | 'all'>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: 'all',
  MatMul: 'all',
  Einsum: 'all',
  Gather: [0],
  BatchNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  LayerNormalization: [1, 2],
  GroupNormalization: [1, 2],
  RMSNormalization: [1],
  PRelu: [1],
};

const operandOperators = new Set(['Add', 'Sub', 'Mul', 'Sum', 'Concat']);

/** Operators that only move the elements of their first input. */
const movers = new Set([
  'Identity',
  'Transpose',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Expand',
  'Tile',
  'Slice',
  'Split',
  'Cast',
]);

/** An initializer that takes part in a network. */
export interface Initializer {
  readonly name: string;
  readonly value: HostTensor;
  readonly role: Role;
  /** The nodes where it takes part, movers left out. */
  readonly uses: readonly OnnxNode[];
}

/** The initializers that some nodes use, in the order of their first use, with the outputs of `Constant` nodes of floating-point elements. */
export function initializersOf(graph: OnnxGraph, nodes: readonly OnnxNode[]): Initializer[] {
  const found = new Map<string, { value: HostTensor; roles: Set<Role>; uses: OnnxNode[] }>();
  // Which initializer's elements a value has.
  const owners = new Map<string, string>();
  const ownerOf = (name: string): string | undefined => {
    if (Object.hasOwn(graph.initializers, name)) return name;
    return owners.get(name);
  };
  const scales = scalesOf(nodes);
  const values = (name: string): HostTensor | undefined => found.get(name)?.value ?? graph.initializers[name];
  for (const node of nodes) {
    const constant = node.operator === 'Constant' ? node.attributes['value'] : undefined;
    if (constant?.type === 'tensor' && node.outputs[0]) {
      owners.set(node.outputs[0], node.outputs[0]);
      found.set(node.outputs[0], { value: constant.value, roles: new Set(), uses: [] });
    }
    node.inputs.forEach((input, index) => {
      const owner = ownerOf(input);
      if (owner === undefined) return;
      const value = values(owner)!;
      const entry = found.get(owner) ?? { value, roles: new Set<Role>(), uses: [] };
      found.set(owner, entry);
      if (index === 0 && movers.has(node.operator) && node.domain === '')
        for (const output of node.outputs) owners.set(output, owner);
      else {
        entry.roles.add(node.outputs.some((output) => scales.has(output)) ? 'constant' : roleAt(node, index, value));
        entry.uses.push(node);
      }
    });
  }
  return [...found]
    .filter(([, { value }]) => isFloat(value.dtype))
    .map(([name, { value, roles, uses }]) => ({ name, value, role: strongest(roles), uses }));
}

/** What `Resize` takes beside its image, and what that is concatenated from: PyTorch writes scales so. */
function scalesOf(nodes: readonly OnnxNode[]): ReadonlySet<string> {
  const scales = new Set<string>();
  for (const { operator, inputs, outputs } of nodes.toReversed()) {
    if (operator === 'Resize' || operator === 'Upsample') for (const input of inputs.slice(1)) scales.add(input);
    else if (operator === 'Concat' && scales.has(outputs[0]!)) for (const input of inputs) scales.add(input);
  }
  return scales;
}

function roleAt(node: OnnxNode, index: number, value: HostTensor): Role {
  if (node.domain !== '') return 'constant';
  if (node.operator === 'BatchNormalization' && index >= 3) return 'statistic';
  const places = weightPlaces[node.operator];
  if (places === 'all' || places?.includes(index)) return 'weight';
  const isOperand = operandOperators.has(node.operator) && sizeOf(value.shape) > 1 && !hasInfinity(value);
  return isOperand ? 'operand' : 'constant';
}

const hasInfinity = ({ data }: HostTensor): boolean =>
  (data as Float32Array).some((element) => element === Infinity || element === -Infinity);

/** A statistic is never trained; a weight is one wherever else it is used. */
const strongest = (roles: ReadonlySet<Role>): Role =>
  (['statistic', 'weight', 'operand'] as const).find((role) => roles.has(role)) ?? 'constant';

/** Whether a node is a layer of its own: an operator with weights, not a sum or product. */
export const hasWeights = ({ operator, domain }: OnnxNode): boolean =>
  domain === '' && Object.hasOwn(weightPlaces, operator);

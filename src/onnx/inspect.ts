import { sizeOf, ThalwegError, type Shape } from '../base/index.ts';
import type { OnnxModel, OnnxNode, OnnxValue } from '../graph/index.ts';
import { newestOpset, obstacleOf, opsetOf } from './converters/index.ts';
import { methodsFor, type MethodReport } from './methods.ts';
import { networkFromOnnx, type NetworkOptions, type OnnxNetwork } from './network.ts';
import type { NetworkInput } from './input.ts';
import { orderedNodes } from './order.ts';
import { titleOf } from './problem.ts';
import type { Initializer, Role } from './roles.ts';
import { scoreKind, type ScoreKind } from './softmax.ts';

/** One operator of a file. */
export interface OperatorCount {
  readonly operator: string;
  /** `''` is ai.onnx. */
  readonly domain: string;
  readonly count: number;
  readonly supported: boolean;
}

/** A node that Thalweg cannot convert. */
export interface UnsupportedNode {
  readonly operator: string;
  readonly domain: string;
  readonly opset: number;
  readonly node: string;
  readonly reason: string;
  readonly remedy: string;
}

/** One initializer of a file. */
export interface InitializerReport {
  readonly name: string;
  readonly shape: Shape;
  readonly size: number;
  readonly role: Role;
  /** Nodes where it takes part: `Conv "conv1"`. */
  readonly uses: readonly string[];
}

/** What a file gives as a network. */
export interface NetworkReport {
  readonly input: NetworkInput;
  readonly classes: number;
  /** Number of trainable numbers. */
  readonly size: number;
  readonly parameters: readonly InitializerReport[];
  /** Running statistics of batch normalisation. */
  readonly buffers: readonly InitializerReport[];
  /** Floating-point initializers that stay as they are. */
  readonly constants: readonly InitializerReport[];
  readonly topParameters: readonly string[];
  readonly scores: ScoreKind & { readonly value: string };
  readonly methods: MethodReport;
}

/** What `thalweg inspect` shows of a file. */
export interface OnnxInspection {
  readonly opset: number;
  /** Versions of other operator sets. */
  readonly domains: Readonly<Record<string, number>>;
  readonly newestOpset: number;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** The most frequent first. */
  readonly operators: readonly OperatorCount[];
  readonly unsupported: readonly UnsupportedNode[];
  /** Absent where the file is no network that Thalweg can measure; `problem` says why. */
  readonly network?: NetworkReport;
  readonly problem?: string;
  /** Sentences about what to know before measuring. */
  readonly notes: readonly string[];
}

/** Looks a file over without running it. Never throws for what a file contains; `USAGE` for options. */
export function inspectOnnx(file: OnnxModel, options: NetworkOptions = {}): OnnxInspection {
  const { opset, domains, inputs, outputs } = file;
  const unsupported = file.nodes.flatMap((node) => unsupportedNode(file, node));
  const { network, problem } = networkOf(file, options, unsupported);
  return {
    ...{ opset, domains, newestOpset, inputs, outputs },
    operators: countOperators(file),
    unsupported,
    ...(network ? { network: reportOf(network) } : {}),
    ...(problem === undefined ? {} : { problem }),
    notes: network ? notesOf(network) : [],
  };
}

function networkOf(
  file: OnnxModel,
  options: NetworkOptions,
  unsupported: readonly UnsupportedNode[],
): { network?: OnnxNetwork; problem?: string } {
  try {
    return { network: networkFromOnnx(file, options) };
  } catch (error) {
    if (!(error instanceof ThalwegError) || error.code === 'USAGE') throw error;
    const more = unsupported.length > 1 ? ` (and ${unsupported.length - 1} more nodes)` : '';
    return { problem: `${error.message}${more}` };
  }
}

function unsupportedNode(file: OnnxModel, node: OnnxNode): UnsupportedNode[] {
  try {
    const obstacle = obstacleOf(file, node);
    if (!obstacle) return [];
    const { operator, domain } = node;
    const reason = `expected ${obstacle.expected}`;
    return [{ operator, domain, opset: opsetOf(file, node), node: node.name, reason, remedy: obstacle.remedy }];
  } catch (error) {
    if (!(error instanceof ThalwegError)) throw error;
    const { operator, domain, name } = node;
    const remedy = 'export the file again';
    return [{ operator, domain, opset: 0, node: name, reason: error.message, remedy }];
  }
}

function countOperators(file: OnnxModel): OperatorCount[] {
  const counts = new Map<string, OperatorCount>();
  for (const node of file.nodes) {
    const { operator, domain } = node;
    const key = `${domain}\u0000${operator}`;
    const supported = unsupportedNode(file, node).length === 0;
    counts.set(key, { operator, domain, supported, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || a.operator.localeCompare(b.operator));
}

function reportOf({ file, model, input, scores, chosen }: OnnxNetwork): NetworkReport {
  return {
    input,
    classes: model.classes,
    size: model.size,
    parameters: chosen.parameters.map(describe),
    buffers: chosen.buffers.map(describe),
    constants: chosen.constants.map(describe),
    topParameters: model.topParameters,
    scores: { value: scores, ...scoreKind(file, scores) },
    methods: methodsFor(model, input.batch),
  };
}

const describe = ({ name, value, role, uses }: Initializer): InitializerReport => ({
  name,
  shape: value.shape,
  size: sizeOf(value.shape),
  role,
  uses: uses.map(titleOf),
});

function notesOf({ file, scores, input, nodes, chosen }: OnnxNetwork): string[] {
  const { kind, logits } = scoreKind(file, scores);
  const uses = (operator: string): boolean => nodes.some((node) => node.operator === operator);
  const left = file.nodes.length - orderedNodes(file, [scores]).length;
  return [
    ...(kind === 'logits' ? [] : [`The scores are ${kind}: losses expect logits. Take "${logits}" as scores.`]),
    ...(input.batch === null
      ? []
      : [
          `The file was exported for batches of ${input.batch}; other sizes are tried, and refused where the graph fixes it.`,
        ]),
    ...(uses('Dropout') ? ['Dropout is left out: Thalweg measures and trains without its noise.'] : []),
    ...(uses('BatchNormalization') || chosen.buffers.length > 0
      ? [
          'Batch normalisation runs in both modes; in train mode the running statistics follow with the node’s momentum.',
        ]
      : []),
    ...(left > 0 ? [`${left} nodes do not lead to the scores and are left out.`] : []),
  ];
}

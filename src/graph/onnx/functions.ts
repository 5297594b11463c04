import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { decodeAttribute, decodeNode } from './decode-graph.ts';
import { AttributeProtoSchema, type FunctionProto, type NodeProto } from './gen/onnx_pb.ts';
import type { OnnxAttribute, OnnxNode } from './model.ts';
import { invalid, quote, unsupported } from './problem.ts';

/** A function that a file brings along: an operator made of others. */
interface OnnxFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly FunctionNode[];
  /** Attributes that a call may leave out. */
  readonly defaults: Readonly<Record<string, OnnxAttribute>>;
}

interface FunctionNode {
  readonly node: OnnxNode;
  /** Attributes of the node that take the value of one of the call's. */
  readonly references: ReadonlyMap<string, string>;
}

/** Field `attribute_proto` of FunctionProto, which IR version 9 added to the schema that the reader was generated from. */
const attributeProtoField = 11;

/** Calls within calls, and nodes after inlining: more than any exporter writes, less than a damaged file could ask for. */
const limits = { depth: 32, nodes: 200_000 };

/**
 * Replaces every call of a function by its nodes, so that only operators are left. Values inside get the call's name in
 * front. Throws `ONNX_INVALID` for functions that call themselves, `ONNX_UNSUPPORTED` for one written for another version of
 * `ai.onnx` than the model.
 */
export function inlineFunctions(
  nodes: readonly OnnxNode[],
  functions: readonly FunctionProto[],
  opset: number,
): readonly OnnxNode[] {
  if (functions.length === 0) return nodes;
  const byName = new Map<string, OnnxFunction>();
  for (const proto of functions) {
    const decoded = decodeFunction(proto, opset);
    const key = keyOf(decoded.domain, decoded.name);
    if (byName.has(key))
      throw unsupported(`expected functions with names of their own, got two of ${quote(proto.name)}`);
    byName.set(key, decoded);
  }
  const result: OnnxNode[] = [];
  new Inliner(byName, result).add(nodes, 0);
  return result;
}

const keyOf = (domain: string, name: string): string => `${domain}\u0000${name}`;

class Inliner {
  readonly #functions: ReadonlyMap<string, OnnxFunction>;
  readonly #result: OnnxNode[];
  #calls = 0;

  constructor(functions: ReadonlyMap<string, OnnxFunction>, result: OnnxNode[]) {
    this.#functions = functions;
    this.#result = result;
  }

  add(nodes: readonly OnnxNode[], depth: number): void {
    for (const node of nodes) {
      const called = this.#functions.get(keyOf(node.domain, node.operator));
      if (called === undefined) this.#result.push(node);
      else if (depth < limits.depth) this.add(this.#bodyOf(called, node), depth + 1);
      else
        throw invalid(`function ${quote(called.name)}: expected calls that end, got more than ${limits.depth} nested`);
      if (this.#result.length > limits.nodes)
        throw invalid(`expected at most ${limits.nodes} nodes, got functions that make more`);
    }
  }

  /** The nodes of a function for one call of it. */
  #bodyOf(called: OnnxFunction, call: OnnxNode): OnnxNode[] {
    const prefix = `${call.name || call.operator}#${this.#calls++}/`;
    const names = new Map<string, string>([['', '']]);
    called.inputs.forEach((name, index) => names.set(name, call.inputs[index] ?? ''));
    const copies: OnnxNode[] = [];
    called.outputs.forEach((name, index) => {
      const given = call.outputs[index];
      if (given === undefined || given === '') return;
      // An input that is handed through keeps its name outside, and the output is a copy of it.
      if (!called.inputs.includes(name)) names.set(name, given);
      else copies.push(identityNode(prefix, names.get(name)!, given));
    });
    const inside = (name: string): string => names.get(name) ?? `${prefix}${name}`;
    const attributes = { ...called.defaults, ...call.attributes };
    const body = called.nodes.map(({ node, references }) => ({
      ...node,
      name: `${prefix}${node.name}`,
      inputs: node.inputs.map(inside),
      outputs: node.outputs.map(inside),
      attributes: Object.fromEntries([
        ...Object.entries(node.attributes),
        ...[...references].flatMap(([name, from]) => (attributes[from] ? [[name, attributes[from]] as const] : [])),
      ]),
    }));
    return [...body, ...copies];
  }
}

const identityNode = (prefix: string, from: string, to: string): OnnxNode => ({
  name: `${prefix}${to}`,
  operator: 'Identity',
  domain: '',
  inputs: [from],
  outputs: [to],
  attributes: {},
});

function decodeFunction(proto: FunctionProto, opset: number): OnnxFunction {
  const subject = `function ${quote(proto.name)}`;
  for (const { domain, version } of proto.opsetImport)
    if ((domain === '' || domain === 'ai.onnx') && version !== BigInt(opset))
      throw unsupported(`${subject}: expected operator set ${opset} as the model has, got ${version}`);
  return {
    name: proto.name,
    domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
    inputs: proto.input,
    outputs: proto.output,
    nodes: proto.node.map((node) => decodeFunctionNode(node, subject)),
    defaults: Object.fromEntries(defaultsOf(proto).map(({ name, ...rest }) => [name, rest.attribute])),
  };
}

function defaultsOf(proto: FunctionProto): { name: string; attribute: OnnxAttribute }[] {
  const fields = (proto.$unknown ?? []).filter(({ no }) => no === attributeProtoField);
  return fields.map(({ data }) => {
    const attribute = fromBinary(AttributeProtoSchema, new BinaryReader(data).bytes());
    const subject = `function ${quote(proto.name)}: ${quote(attribute.name)}`;
    return { name: attribute.name, attribute: decodeAttribute(attribute, subject) };
  });
}

function decodeFunctionNode(proto: NodeProto, subject: string): FunctionNode {
  const referring = proto.attribute.filter(({ refAttrName }) => refAttrName !== '');
  const node = decodeNode({ ...proto, attribute: proto.attribute.filter(({ refAttrName }) => refAttrName === '') });
  if (Object.values(node.attributes).some(({ type, value }) => type === 'other' && value === 'GRAPH'))
    throw unsupported(
      `${subject}: expected nodes without graphs of their own, got ${node.operator} ${quote(node.name)}`,
    );
  return { node, references: new Map(referring.map(({ name, refAttrName }) => [name, refAttrName])) };
}

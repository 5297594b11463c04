import { formatType, invariant, sizeOf, type HostTensor } from '../base/index.ts';
import {
  topologicalOrder,
  type Graph,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
  type Tensor,
} from '../graph/index.ts';
import { definitionOf } from './apply.ts';
import type { Lowering, LoweringDevice } from './definition.ts';
import { expandComposites } from './expand.ts';

/** Version of `ai.onnx` that lowerings are written for. */
export const targetOpset = 18;

/** A graph as an ONNX model that computes it. Names of inputs and outputs are kept. */
export function lowerGraph(graph: Graph, device: LoweringDevice): OnnxModel {
  const writer = new ModelWriter(device);
  const outputNames = Object.keys(graph.outputs);
  const outputs = expandComposites(Object.values(graph.outputs));
  writer.write(outputs);
  const value = (name: string, tensor: Tensor): OnnxValue => ({ name, dtype: tensor.dtype, shape: tensor.shape });
  outputNames.forEach((name, index) => writer.bind(outputs[index]!, name));
  return {
    opset: targetOpset,
    domains: {},
    inputs: Object.entries(graph.inputs).map(([name, tensor]) => value(name, tensor)),
    outputs: outputNames.map((name, index) => value(name, outputs[index]!)),
    initializers: writer.initializers,
    nodes: writer.finish(),
  };
}

/** Collects nodes and initializers while the tensors of a graph are lowered one by one. */
class ModelWriter implements Lowering {
  readonly device: LoweringDevice;
  readonly initializers: Record<string, HostTensor> = {};
  readonly #nodes: OnnxNode[] = [];
  readonly #copies: OnnxNode[] = [];
  readonly #renamed = new Map<string, string>();
  readonly #shared = new Map<string, string>();
  readonly #names = new Map<Tensor, string>();
  #next = 0;
  /** Prefix for the names of the nodes that are written now. */
  #label = '';

  constructor(device: LoweringDevice) {
    this.device = device;
  }

  /** Lowers tensors, and what they are made of, unless that was done before. */
  write(tensors: readonly Tensor[]): void {
    for (const tensor of topologicalOrder(tensors)) {
      if (this.#names.has(tensor)) continue;
      const definition = definitionOf(tensor.operator);
      invariant(definition.kind === 'primitive', `${tensor.operator} was not expanded`);
      const label = this.#label;
      this.#label = tensor.operator;
      const inputs = tensor.inputs.map((input) => this.#names.get(input)!);
      this.#names.set(tensor, definition.lower(this, tensor, inputs));
      this.#label = label;
    }
  }

  expression(tensor: Tensor): string {
    const [expanded] = expandComposites([tensor], [...this.#names.keys()]);
    this.write([expanded!]);
    return this.#names.get(expanded!)!;
  }

  node(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string {
    return this.nodes(operator, inputs, 1, attributes)[0]!;
  }

  nodes(
    operator: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => `__v${this.#next++}`);
    this.#nodes.push({ name: `${this.#label}${outputs[0]!}`, operator, domain: '', inputs, outputs, attributes });
    return outputs;
  }

  constant(value: HostTensor): string {
    // Only small constants can be shared cheaply: shapes, scalars, ranges.
    const key =
      sizeOf(value.shape) <= 64
        ? `${formatType(value)}:${Array.from(value.data as Float32Array, (v) => (Object.is(v, -0) ? '-0' : String(v))).join()}`
        : undefined;
    const known = key && this.#shared.get(key);
    if (known) return known;
    const name = `__c${this.#next++}`;
    this.initializers[name] = value;
    if (key) this.#shared.set(key, name);
    return name;
  }

  integers(values: readonly number[]): string {
    return this.constant({ dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) });
  }

  /** Gives the value of a lowered tensor the name of an output. An input, a constant or a value that has a name already is copied by an Identity. */
  bind(tensor: Tensor, name: string): void {
    const value = this.#names.get(tensor)!;
    if (value.startsWith('__v') && !this.#renamed.has(value)) this.#renamed.set(value, name);
    else
      this.#copies.push({
        name: `output_${name}`,
        operator: 'Identity',
        domain: '',
        inputs: [value],
        outputs: [name],
        attributes: {},
      });
  }

  /** All nodes, with outputs under the names they were bound to. */
  finish(): OnnxNode[] {
    const final = (name: string): string => this.#renamed.get(name) ?? name;
    return [...this.#nodes, ...this.#copies].map((node) => ({
      ...node,
      inputs: node.inputs.map(final),
      outputs: node.outputs.map(final),
    }));
  }
}

import { formatType, isFloat, toFloat64, type HostTensor, type ThalwegError } from '../base/index.ts';
import type { OnnxAttribute, OnnxNode, Tensor } from '../graph/index.ts';
import type { Mode } from '../nn/index.ts';
import { invalid, titleOf, unsupported } from './problem.ts';
import { knownValue, type FloatType } from './values.ts';

/** What holds for all nodes of a conversion. */
export interface Conversion {
  /** The floating-point type that everything is computed in, whatever the file says. */
  readonly float: FloatType;
  /** What batch normalisation takes, where its statistics are buffers of the network. */
  readonly mode: Mode;
  /** The buffer whose value a tensor is. */
  readonly bufferOf: (tensor: Tensor) => string | undefined;
  /** Tells the value of a buffer after the pass, and the statistic of this batch that it follows. */
  readonly update: (buffer: string, value: Tensor, statistic: Tensor) => void;
}

/** Attributes by their types. */
type AttributeOf = { readonly [Type in OnnxAttribute['type']]: Extract<OnnxAttribute, { type: Type }>['value'] };

/** One node with the tensors that it is given: what a converter reads. Errors name the node. */
export class NodeCall {
  readonly node: OnnxNode;
  /** Version of the node's operator set. */
  readonly opset: number;
  readonly conversion: Conversion;
  readonly #inputs: readonly (Tensor | undefined)[];

  constructor(node: OnnxNode, opset: number, conversion: Conversion, inputs: readonly (Tensor | undefined)[]) {
    this.node = node;
    this.opset = opset;
    this.conversion = conversion;
    this.#inputs = inputs;
  }

  get float(): FloatType {
    return this.conversion.float;
  }

  /** All inputs that are given. */
  get inputs(): Tensor[] {
    return this.#inputs.filter((input) => input !== undefined);
  }

  /** An input that may be left out. */
  optional(index: number): Tensor | undefined {
    return this.#inputs[index];
  }

  input(index: number): Tensor {
    return this.optional(index) ?? this.fail(`at least ${index + 1} inputs, got ${this.#inputs.length}`);
  }

  /** Whether the node's output of this number is wanted. */
  hasOutput(index: number): boolean {
    return (this.node.outputs[index] ?? '') !== '';
  }

  integer(name: string, otherwise?: number): number {
    return this.#attribute('int', name, otherwise);
  }

  integers(name: string, otherwise?: readonly number[]): readonly number[] {
    return this.#attribute('ints', name, otherwise);
  }

  number(name: string, otherwise?: number): number {
    return this.#attribute('float', name, otherwise);
  }

  numbers(name: string): readonly number[] {
    return this.#attribute('floats', name);
  }

  text(name: string, otherwise?: string): string {
    return this.#attribute('string', name, otherwise);
  }

  tensor(name: string): HostTensor {
    return this.#attribute('tensor', name);
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.integer(name, Number(otherwise)) !== 0;
  }

  has(name: string): boolean {
    return this.node.attributes[name] !== undefined;
  }

  /** The elements of an input that must be known before a batch is: shapes, axes, limits. */
  known(index: number): HostTensor {
    return this.knownOf(this.input(index), `input ${index}`);
  }

  knownOf(tensor: Tensor, what: string): HostTensor {
    const value = knownValue(tensor);
    if (value) return value;
    throw unsupported(
      titleOf(this.node),
      `${what} to be a constant, or computed from constants and shapes, got ${formatType(tensor)} that the network computes`,
    );
  }

  /** The same as whole numbers. The ends of int64 become ±2⁶³. */
  knownIntegers(index: number): number[] {
    const value = this.known(index);
    if (isFloat(value.dtype)) this.fail(`whole numbers as input ${index}, got ${formatType(value)}`);
    return Array.from(toFloat64(value));
  }

  /** The same as a shape: sizes of axes. */
  knownShape(index: number): number[] {
    const sizes = this.knownIntegers(index);
    return sizes.every((size) => size >= 0) ? sizes : this.fail(`sizes of axes, got [${sizes.join(',')}]`);
  }

  /** Whole numbers that older versions have as an attribute, newer ones as an input; undefined where both are left out. */
  integersFrom(name: string, index: number): readonly number[] | undefined {
    if (this.has(name)) return this.integers(name);
    return this.optional(index) === undefined ? undefined : this.knownIntegers(index);
  }

  /** The one element of an input of one element. */
  knownNumber(index: number): number {
    const value = this.known(index);
    if (value.data.length !== 1) this.fail(`one number as input ${index}, got ${formatType(value)}`);
    return Number(value.data[0]);
  }

  /** Throws `ONNX_INVALID`: the node contradicts its operator. */
  fail(difference: string): never {
    throw invalid(titleOf(this.node), difference);
  }

  /** `ONNX_UNSUPPORTED`: the node does what Thalweg does not. */
  refuse(difference: string): ThalwegError {
    return unsupported(titleOf(this.node), difference);
  }

  #attribute<Type extends OnnxAttribute['type']>(
    type: Type,
    name: string,
    otherwise?: AttributeOf[Type],
  ): AttributeOf[Type] {
    const attribute = this.node.attributes[name];
    if (attribute === undefined) return otherwise ?? this.fail(`attribute ${name}, got none`);
    if (attribute.type === type) return attribute.value as AttributeOf[Type];
    return this.fail(`attribute ${name} of kind ${type}, got ${attribute.type}`);
  }
}

/** What one node makes of its inputs: one output, or all in order; null stands for one that nothing may use. */
export type Converter = (call: NodeCall) => Tensor | readonly (Tensor | null)[];

/** A converter and the first version of the operator that it is for. */
export interface ConverterVersion {
  readonly since: number;
  readonly convert: Converter;
}

/** Converters of one domain by operator, each with its versions from old to new. */
export type ConverterTable = Readonly<Record<string, readonly ConverterVersion[]>>;

/** A converter for all versions. */
export const always = (convert: Converter, since = 1): readonly ConverterVersion[] => [{ since, convert }];

import { formatType, type DType, type HostTensor, type Shape, type TensorType } from '../base/index.ts';

/** Static options of an operator: axes, permutations, strides. Everything that is not a tensor computed at run time. */
export type AttributeValue = number | string | boolean | readonly number[] | HostTensor;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Where user code built a value; used in errors that appear later than the call itself. */
export interface Origin {
  readonly stack?: string;
  /** The place in words, where it is none in code: a node of an ONNX file. */
  readonly place?: string;
}

let created = 0;

/**
 * A symbolic tensor: the result of one operator applied to other symbolic tensors. A graph is what can be reached from
 * its outputs. Values are immutable; transforms build new ones. Made by the functions of `src/ops`, never by hand.
 */
export class Tensor implements TensorType {
  /** Creation number: inputs are always older than what is made from them. */
  readonly id: number;
  readonly operator: string;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly origin: Origin;

  constructor(operator: string, inputs: readonly Tensor[], attributes: Attributes, type: TensorType, origin: Origin) {
    this.id = created++;
    this.operator = operator;
    this.inputs = inputs;
    this.attributes = attributes;
    this.dtype = type.dtype;
    this.shape = type.shape;
    this.origin = origin;
  }

  get rank(): number {
    return this.shape.length;
  }

  toString(): string {
    return `${this.operator}: ${formatType(this)}`;
  }
}

/** A closed piece of computation: named inputs and named outputs. */
export interface Graph {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

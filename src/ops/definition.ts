import type { HostTensor, TensorType } from '../base/index.ts';
import type { Attributes, OnnxAttribute, Tensor } from '../graph/index.ts';

/** A dense array in float64, whatever the tensor's type: what reference kernels read and write. */
export interface Dense {
  readonly shape: readonly number[];
  readonly data: Float64Array<ArrayBuffer>;
}

/** Lowerings may differ by the kind of device; `Lowering.device` is the only place where it is told. */
export type LoweringDevice = 'cpu' | 'gpu';

/** Writes ONNX nodes for one operator. Names of values go in, names come out. */
export interface Lowering {
  readonly device: LoweringDevice;
  /** Appends a node with one output and returns its name. */
  node(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
  /** The name of a constant tensor; equal constants share one initializer. */
  constant(value: HostTensor): string;
  /** The same for a node with several outputs. */
  nodes(
    operator: string,
    inputs: readonly string[],
    outputs: number,
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): readonly string[];
  /** The name of the value of an expression over tensors that are lowered already: for what a device has no kernel of its own. */
  expression(tensor: Tensor): string;
  /** A constant 1-D int64 tensor: shapes, axes, starts. */
  integers(values: readonly number[]): string;
}

/** The zero derivative, without a tensor to hold it. */
export type Zero = null;

/**
 * The gradient of each example of a batch in one operand that all examples share.
 *
 * - `products`: its factors, `G_i = Σ_p d_ip x_ipᵀ`, a matrix [a, b] that holds the operand's elements in row-major order;
 *   norms and moments follow from the factors, mostly without building any G_i
 * - `explicit`: itself
 */
export type ExampleGradients =
  | {
      readonly kind: 'products';
      /** d, linear in the cotangent: [n, a, P] */
      readonly cotangents: Tensor;
      /** x, what the operator was given: [n, b, P]; one tensor for all cotangents. */
      readonly inputs: Tensor;
      /** Whether the operand holds `G_iᵀ`. */
      readonly transposed: boolean;
    }
  | {
      readonly kind: 'explicit';
      /** [n, …shape of the operand] */
      readonly gradient: Tensor;
    };

/** From the cotangent of an operator's output to the gradients of single examples in one operand. */
export type PerExampleRule = (cotangent: Tensor) => ExampleGradients;

interface OperatorBase {
  readonly name: string;
  /** Type of the result. Throws `GRAPH_SHAPE`, `GRAPH_TYPE` or `GRAPH_ATTRIBUTE`: expectation and what came. */
  infer(inputs: readonly TensorType[], attributes: Attributes): TensorType;
  /**
   * Reverse rule: the cotangent of each input from the cotangent of `output`, where `wanted` says so. Rules build
   * operators of the same set, so that transforms compose.
   */
  vjp(output: Tensor, cotangent: Tensor, wanted: readonly boolean[]): readonly (Tensor | Zero)[];
  /**
   * Per-example rule: the gradients in one operand as a function of the cotangent, when axis 0 of the output counts examples
   * and the operand is the same for all of them; null when the operand takes part in another way. Absent: there is no such
   * rule.
   */
  perExample?(output: Tensor, operand: number): PerExampleRule | null;
}

/** An operator with a kernel of its own. */
export interface PrimitiveOperator extends OperatorBase {
  readonly kind: 'primitive';
  /** Value in float64 by plain loops: the definition that everything else is tested against. */
  reference(inputs: readonly Dense[], attributes: Attributes, type: TensorType): Dense;
  /** Forward rule: the tangent of `output` from the tangents of its inputs. At least one is not zero. */
  jvp(output: Tensor, tangents: readonly (Tensor | Zero)[]): Tensor | Zero;
  /** ONNX nodes that compute the result; returns the name of its value. */
  lower(lowering: Lowering, tensor: Tensor, inputs: readonly string[]): string;
}

/**
 * An operator made of others. The decomposition gives its value, its forward rule and its derivatives of every order;
 * `vjp` is a hand-derived reverse rule that does less work than differentiating the decomposition would.
 */
export interface CompositeOperator extends OperatorBase {
  readonly kind: 'composite';
  decompose(inputs: readonly Tensor[], attributes: Attributes): Tensor;
}

/** Everything Thalweg knows about one operator, in one place. */
export type OperatorDefinition = PrimitiveOperator | CompositeOperator;

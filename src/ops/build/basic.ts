import {
  allocate,
  isFloat,
  sameShape,
  scalar,
  sizeOf,
  type DType,
  type HostTensor,
  type Shape,
  type TensorType,
} from '../../base/index.ts';
import { Tensor } from '../../graph/index.ts';
import { apply, explained } from '../apply.ts';
import { attributeError } from '../infer.ts';

/** A tensor, or a number that becomes a constant of the other operand's type. */
export type Operand = Tensor | number;

export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** A graph input: a value that is given when the program runs. */
export const input = (name: string, type: TensorType): Tensor =>
  apply('Input', [], { name, dtype: type.dtype, shape: type.shape });

/** A tensor known when the graph is built. */
export const constant = (value: HostTensor): Tensor => apply('Constant', [], { value });

/** A tensor of `shape` whose elements are all `value`: one number, broadcast. */
export function full(value: number, type: TensorType): Tensor {
  if (type.dtype === 'int64' && !Number.isInteger(value))
    explained('Constant', [type], () => attributeError(`a whole number, not ${value}`));
  return expand(constant(scalar(value, type.dtype)), type.shape);
}

export const zerosLike = (type: TensorType): Tensor => full(0, type);
export const onesLike = (type: TensorType): Tensor => full(1, type);

/** `start, start+1, …, start+length−1` as a constant; `start` defaults to 0. */
export function range(length: number, dtype: DType, start = 0): Tensor {
  const data = allocate(dtype, length);
  for (let index = 0; index < length; index++) data[index] = dtype === 'int64' ? BigInt(start + index) : start + index;
  return constant({ dtype, shape: [length], data });
}

/** Numbers become constants with the element type of the other operand. */
export function operands(a: Operand, b: Operand): [Tensor, Tensor] {
  const typed = isTensor(a) ? a : isTensor(b) ? b : undefined;
  const dtype = typed?.dtype ?? 'float32';
  const lift = (operand: Operand): Tensor => (isTensor(operand) ? operand : full(operand, { dtype, shape: [] }));
  return [lift(a), lift(b)];
}

/** The same elements in another shape of equal size. One size may be −1: it is inferred. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const resolved = shape.map((size) => (size === -1 && known > 0 ? sizeOf(x.shape) / known : size));
  return sameShape(x.shape, resolved) ? x : apply('Reshape', [x], { shape: resolved });
}

/** `x` repeated along axes of size 1 and new leading axes until it has `shape`. */
export const expand = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply('Expand', [x], { shape });

/** The value itself; a derivative takes a different name for it, so that two uses can be told apart. */
export const identity = (x: Tensor): Tensor => apply('Identity', [x]);

/** The value, whose derivative is taken to be zero. */
export const stopGradient = (x: Tensor): Tensor => apply('StopGradient', [x]);

/** Conversion of the element type. Derivatives pass between floating-point types and stop at others. */
export const cast = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : apply('Cast', [x], { dtype }));

/** True for tensors in which derivatives exist. */
export const isFloating = (x: Tensor): boolean => isFloat(x.dtype);

import { isFloat, sameShape, ThalwegError, type DType, type Shape, type TensorType } from '../base/index.ts';
import type { Attributes } from '../graph/index.ts';

/** Helpers of shape inference. Messages state the expectation; `inferType` adds the operator and what came. */

export function shapeError(expected: string): never {
  throw new ThalwegError('GRAPH_SHAPE', `expected ${expected}`);
}

export function attributeError(expected: string): never {
  throw new ThalwegError('GRAPH_ATTRIBUTE', `expected ${expected}`);
}

export function typeError(expected: string): never {
  throw new ThalwegError('GRAPH_TYPE', `expected ${expected}`);
}

export function requireFloat(...types: readonly TensorType[]): void {
  if (!types.every((type) => isFloat(type.dtype))) typeError('floating-point tensors');
}

export function requireDType(dtype: DType, ...types: readonly TensorType[]): void {
  if (!types.every((type) => type.dtype === dtype)) typeError(`${dtype} tensors`);
}

/** The element type that all share. */
export function commonDType(types: readonly TensorType[]): DType {
  const dtype = types[0]!.dtype;
  if (!types.every((type) => type.dtype === dtype)) typeError('tensors of one element type');
  return dtype;
}

/** NumPy's rule: axes are aligned at the right; sizes agree or one of them is 1. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[a.length - rank + axis] ?? 1;
    const right = b[b.length - rank + axis] ?? 1;
    if (left !== right && left !== 1 && right !== 1) shapeError('shapes that broadcast');
    return left === 1 ? right : left;
  });
}

/** True when `from` broadcasts to exactly `to`. */
export function broadcastsTo(from: Shape, to: Shape): boolean {
  return (
    from.length <= to.length && from.every((size, axis) => size === 1 || size === to[to.length - from.length + axis])
  );
}

/** `axis` counted from the front; negative axes count from the back. */
export function normalAxis(axis: number, rank: number): number {
  if (rank === 0) shapeError('a tensor with axes');
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank)
    attributeError(`an axis in [${-rank}, ${rank - 1}], not ${axis}`);
  return normal;
}

export const numbers = (attributes: Attributes, key: string): readonly number[] => attributes[key] as readonly number[];
export const number = (attributes: Attributes, key: string): number => attributes[key] as number;
export const text = (attributes: Attributes, key: string): string => attributes[key] as string;
export const flag = (attributes: Attributes, key: string): boolean => attributes[key] as boolean;

export { sameShape };

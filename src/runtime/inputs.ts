import { formatType, sameShape, sizeOf, suggest, ThalwegError, type DType, type TensorType } from '../base/index.ts';
import type { AnyTensor } from './backend.ts';
import { isDeviceTensor } from './handles.ts';

/**
 * What a program declares of an input: a size that is not a number stands for a free axis, as models of other tools
 * have them.
 */
export interface DeclaredType {
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}

/** Throws `RUNTIME_INPUT` unless exactly the declared inputs are given, each usable and of its declared type. */
export function checkInputs(
  declared: ReadonlyMap<string, DeclaredType>,
  given: Readonly<Record<string, AnyTensor>>,
): void {
  for (const [name, type] of declared) {
    const tensor = given[name];
    if (tensor === undefined) throw wrongInput(name, `expected ${describe(type)}, got nothing`);
    checkInput(name, type, tensor);
  }
  const unknown = Object.keys(given).find((name) => !declared.has(name));
  if (unknown !== undefined)
    throw wrongInput(unknown, `expected no such input; ${suggest(unknown, [...declared.keys()])}`);
}

/** Throws `RUNTIME_INPUT` unless `tensor` is usable and of the declared type. */
export function checkInput(name: string, type: DeclaredType, tensor: AnyTensor): void {
  if (tensor.dtype !== type.dtype || !shapeFits(type.shape, tensor.shape))
    throw wrongInput(name, `expected ${describe(type)}, got ${formatType(tensor)}`);
  if (isDeviceTensor(tensor)) {
    if (tensor.disposed) throw wrongInput(name, `expected ${describe(type)}, got a disposed tensor`);
  } else if (tensor.data.length !== sizeOf(tensor.shape))
    throw wrongInput(
      name,
      `expected ${sizeOf(tensor.shape)} elements for ${describe(type)}, got ${tensor.data.length}`,
    );
}

function shapeFits(declared: DeclaredType['shape'], shape: readonly number[]): boolean {
  const wanted = declared.map((size, axis) => (typeof size === 'number' ? size : (shape[axis] ?? -1)));
  return sameShape(wanted, shape);
}

const describe = (type: DeclaredType): string =>
  formatType({ dtype: type.dtype as DType, shape: type.shape as TensorType['shape'] });

const wrongInput = (name: string, message: string): ThalwegError =>
  new ThalwegError('RUNTIME_INPUT', `input "${name}": ${message}`);

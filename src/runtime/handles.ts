import { formatType, ThalwegError, type HostTensor } from '../base/index.ts';
import { flattenTree, type Tree } from '../graph/index.ts';
import type { AnyTensor, DeviceTensor } from './backend.ts';

/** True for a tensor that lives on a device. */
export const isDeviceTensor = (tensor: AnyTensor): tensor is DeviceTensor => 'dispose' in tensor;

/** True for what a program takes and gives: a tensor of the host or of a device. */
export function isAnyTensor(value: unknown): value is AnyTensor {
  if (typeof value !== 'object' || value === null || !('dtype' in value) || !('shape' in value)) return false;
  return ArrayBuffer.isView((value as { data?: unknown }).data) || 'dispose' in value;
}

/** A program's result that was not kept, with its elements. Throws `USAGE` for a device tensor. */
export function asHost(tensor: AnyTensor): HostTensor {
  if (!isDeviceTensor(tensor)) return tensor;
  throw new ThalwegError('USAGE', `tensor: expected a result in host memory, got ${formatType(tensor)} on the device`);
}

/** A program's result that was kept. Throws `USAGE` for a host tensor. */
export function asDevice(tensor: AnyTensor): DeviceTensor {
  if (isDeviceTensor(tensor)) return tensor;
  throw new ThalwegError('USAGE', `tensor: expected a result on the device (option keep), got ${formatType(tensor)}`);
}

/** The elements of a tensor wherever it is. */
export async function readTensor(tensor: AnyTensor): Promise<HostTensor> {
  return isDeviceTensor(tensor) ? tensor.read() : tensor;
}

/** Disposes the device tensors of a tree; host tensors need nothing. */
export function disposeTree(tree: Tree<AnyTensor>): void {
  for (const [, tensor] of flattenTree(tree, isAnyTensor)) if (isDeviceTensor(tensor)) tensor.dispose();
}

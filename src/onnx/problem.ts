import { ThalwegError } from '../base/index.ts';
import type { OnnxNode } from '../graph/index.ts';

/** A name from a file, on one line whatever it contains. */
export const quote = (name: string): string => JSON.stringify(name);

/** How a node is called in messages: `Conv "conv1"`, by its first output where it has no name. */
export const titleOf = ({ operator, name, outputs }: OnnxNode): string =>
  `${operator} ${quote(name || (outputs[0] ?? ''))}`;

export const invalid = (subject: string, difference: string): ThalwegError =>
  new ThalwegError('ONNX_INVALID', `onnx: ${subject}: expected ${difference}`);

export const unsupported = (subject: string, difference: string): ThalwegError =>
  new ThalwegError('ONNX_UNSUPPORTED', `onnx: ${subject}: expected ${difference}`);

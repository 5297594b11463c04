import { sizeOf, ThalwegError, type Shape } from '../base/index.ts';
import { topologicalOrder, type Tensor } from '../graph/index.ts';
import type { Model } from '../nn/index.ts';
import { input } from '../ops/index.ts';

/** Bytes of the program, its runtime and their libraries, and of what a session compiles. */
const programBytes = 300_000_000;
/** Vectors of the length of the parameters that a Krylov method keeps at once, beside those of the programs. */
const parameterVectors = 24;
/** How many times the values of a forward pass a second derivative keeps: value, tangent, and both of the way back. */
const derivativeFactor = 6;

/** Numbers that a network computes for one example on its way to the scores, inputs included. */
function valuesPerExample(model: Model): number {
  const tensors = (declared: readonly { readonly name: string; readonly shape: Shape }[]): Record<string, Tensor> =>
    Object.fromEntries(declared.map(({ name, shape }) => [name, input(name, { dtype: 'float32', shape })]));
  const examples = 2;
  const x = input('x', { dtype: 'float32', shape: [examples, ...model.inputShape] });
  const { scores } = model.forward(tensors(model.parameters), tensors(model.buffers), x, 'evaluate');
  const values = topologicalOrder([scores]).filter(({ shape }) => shape[0] === examples);
  return values.reduce((sum, { shape }) => sum + sizeOf(shape), 0) / examples;
}

/**
 * Examples of a chunk so that second derivatives of a network stay within `bytes` of memory: what is left after the program and
 * the parameters, by what a chunk's example takes. Throws `USAGE` where nothing is left.
 */
export function chunkWithin(bytes: number, model: Model): number {
  const fixed = programBytes + 4 * parameterVectors * model.size;
  const each = 4 * derivativeFactor * valuesPerExample(model);
  const chunk = Math.floor((bytes - fixed) / each);
  if (chunk >= 1) return chunk;
  const megabytes = Math.ceil((fixed + each) / 1e6);
  throw new ThalwegError(
    'USAGE',
    `--memory: expected at least ${megabytes} MB for a network of ${model.size} parameters, got ${Math.floor(bytes / 1e6)} MB`,
  );
}

import { sizeOf, ThalwegError, type Shape } from '../base/index.ts';
import type { QuantitySpecification } from '../contract/index.ts';
import type { DataSet } from '../data/index.ts';
import { topologicalOrder, type Tensor } from '../graph/index.ts';
import type { Model } from '../nn/index.ts';
import { input } from '../ops/index.ts';

/** What measuring a network shall stay within. */
export interface MemoryLimit {
  readonly bytes: number;
  /** Measured one after the other. */
  readonly quantities: readonly QuantitySpecification[];
}

/*
 * Calibrated by the peak of resident memory (VmHWM) of processes that measured an MLP of 1 and one of 11 million parameters, LeNet, a
 * convolutional network, ResNet-20 and a small transformer, on chunks of 4 to 500 examples; test/run/memory-limit.slow.test.ts holds it.
 */

/** Bytes of the program, its runtime and their libraries, and of what sessions compile: 170 to 260 MB. */
const programBytes = 300_000_000;
/** Bytes for each number of the data set: what it is read as, and the float32 that is made of it: 5.6 for MNIST. */
const bytesPerInput = 8;
/** The same of a file of arrays, whose bytes, arrays and inputs are there at once: 17.4. */
const bytesPerArrayInput = 20;
/** Vectors of the length of the parameters that every quantity keeps, those of its programs included: 18 to 26. */
const workingVectors = 30;
/** How many times the values of a forward pass a second derivative keeps: 2.4 to 4.2 (value, tangent, both of the way back). */
const derivativeFactor = 6;
/** The same of exact traces, which have up to 12 backward passes in one program: 7.7 to 9.3 for 9 passes. */
const exactTraceFactor = 14;

/** Vectors of the length of the parameters that the algorithm of a quantity keeps beside {@link workingVectors}. */
function basisVectors(quantity: QuantitySpecification): number {
  if (quantity.kind === 'hessian-spectrum') return krylovBasis(quantity.k + 1);
  if (quantity.kind === 'covariance-alignment') return 2 * krylovBasis(quantity.k);
  if (quantity.kind === 'hessian-density') return quantity.steps;
  if (quantity.kind === 'hessian-trace')
    return quantity.method === 'hutch++' ? Math.ceil((4 * quantity.maxProducts) / 3) : 0;
  if (quantity.kind === 'box-sharpness') return quantity.subspace ?? 0;
  return 0;
}

/** The most vectors of a basis of Lanczos with thick restarts, for so many pairs (src/linop/leading-eigenpairs.ts). */
const krylovBasis = (pairs: number): number => Math.max(40, 2 * pairs + 20);

/** Times the values of a forward pass. */
const passesOf = (quantity: QuantitySpecification): number =>
  quantity.kind === 'tic' || (quantity.kind === 'per-example-hessian-trace' && quantity.method === 'exact')
    ? exactTraceFactor
    : derivativeFactor;

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

function bytesOfData({ name, train, validation, test }: DataSet): number {
  const numbers = train.inputs.length + test.inputs.length + (validation?.inputs.length ?? 0);
  return numbers * (name === 'arrays' ? bytesPerArrayInput : bytesPerInput);
}

/**
 * Examples of a chunk so that measuring stays within a limit: what is left after the program, the data and vectors of the length of
 * the parameters, by what a chunk's example takes. Throws `USAGE` where nothing is left.
 */
export function chunkWithin({ bytes, quantities }: MemoryLimit, model: Model, data: DataSet): number {
  const vectors = workingVectors + Math.max(0, ...quantities.map(basisVectors));
  const fixed = programBytes + bytesOfData(data) + 4 * vectors * model.size;
  // All elements of the gradient of each example are formed.
  const gradients = quantities.some(({ kind }) => kind === 'gradient-histogram') ? 8 * model.size : 0;
  const factor = Math.max(derivativeFactor, ...quantities.map(passesOf));
  const each = 4 * factor * valuesPerExample(model) + gradients;
  const chunk = Math.floor((bytes - fixed) / each);
  if (chunk >= 1) return chunk;
  const megabytes = Math.ceil((fixed + each) / 1e6);
  throw new ThalwegError(
    'USAGE',
    `--memory: expected at least ${megabytes} MB for a network of ${model.size} parameters on ${data.name}, got ${Math.floor(bytes / 1e6)} MB`,
  );
}

import { pullback } from '../../src/autodiff/index.ts';
import {
  hostTensor,
  isFloat,
  randomStream,
  sizeOf,
  ThalwegError,
  toFloat64,
  type HostTensor,
} from '../../src/base/index.ts';
import {
  decodeModel,
  decodeTensorFile,
  encodeModel,
  topologicalOrder,
  type OnnxModel,
  type Tensor,
} from '../../src/graph/index.ts';
import { convertGraph } from '../../src/onnx/index.ts';
import * as ops from '../../src/ops/index.ts';
import { asHost, type Backend } from '../../src/runtime/index.ts';

/** A test of ONNX's own suite: a model, inputs, and what they shall give. */
export interface ConformanceTest {
  readonly name: string;
  readonly model: OnnxModel;
  readonly inputs: readonly HostTensor[];
  readonly outputs: readonly HostTensor[];
}

/** Reads a test from its files. Throws what the decoder throws. */
export function readTest(
  name: string,
  model: Uint8Array,
  inputs: readonly Uint8Array[],
  outputs: readonly Uint8Array[],
): ConformanceTest {
  const tensors = (files: readonly Uint8Array[]): HostTensor[] => files.map((file) => decodeTensorFile(file).tensor);
  return { name, model: decodeModel(model), inputs: tensors(inputs), outputs: tensors(outputs) };
}

type Float = 'float32' | 'float64';

/** A test as a graph: what is given while it runs, and what was known before. */
export interface ConvertedTest {
  readonly given: Readonly<Record<string, Tensor>>;
  readonly values: Readonly<Record<string, HostTensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

const inFloat = (value: HostTensor, float: Float): HostTensor =>
  isFloat(value.dtype) ? hostTensor(float, value.shape, toFloat64(value)) : value;

/** The types of number that a test takes. */
export const floatOf = ({ inputs, outputs }: ConformanceTest): Float =>
  [...inputs, ...outputs].some(({ dtype }) => dtype === 'float64') ? 'float64' : 'float32';

/**
 * A test as a graph of ours. Inputs are given while it runs, but for those that must be known before (shapes, axes): first as
 * many as possible are, then only floating-point ones of several elements, then none.
 */
export function convertTest(test: ConformanceTest, float: Float): ConvertedTest {
  const isFree = [
    () => true,
    (value: HostTensor) => isFloat(value.dtype),
    (value: HostTensor) => isFloat(value.dtype) && sizeOf(value.shape) > 1,
    (value: HostTensor, index: number) => isFloat(value.dtype) && index === 0,
    () => false,
  ];
  for (const [attempt, free] of isFree.entries()) {
    try {
      return convertWith(test, float, free);
    } catch (error) {
      const isLast = attempt === isFree.length - 1;
      if (isLast || !(error instanceof ThalwegError) || !error.message.includes('to be a constant')) throw error;
    }
  }
  throw new Error('unreachable');
}

function convertWith(
  test: ConformanceTest,
  float: Float,
  isFree: (value: HostTensor, index: number) => boolean,
): ConvertedTest {
  const { model, inputs } = test;
  const given = new Map<string, Tensor>();
  const free: Record<string, Tensor> = {};
  const values: Record<string, HostTensor> = {};
  model.inputs.forEach(({ name }, index) => {
    const value = inFloat(inputs[index]!, float);
    if (isFree(value, index)) {
      free[name] = ops.input(name, value);
      values[name] = value;
    }
    given.set(name, free[name] ?? ops.constant(value));
  });
  const wanted = model.outputs.map(({ name }) => name).filter((name) => name !== '');
  const graph = convertGraph(model, { given, wanted, float });
  return { given: free, values, outputs: Object.fromEntries(wanted.map((name) => [name, graph.values.get(name)!])) };
}

/** Values by the reference interpreter. */
export const runReference = ({ outputs, values }: ConvertedTest): ArrayLike<number>[] =>
  ops.interpret(Object.values(outputs), values).map(({ data }) => data);

/** Values by a runtime, from the graph as an ONNX file of ours. */
export async function runRuntime(
  backend: Backend,
  { given, outputs, values }: ConvertedTest,
): Promise<ArrayLike<number>[]> {
  const used = new Set(topologicalOrder(Object.values(outputs)));
  const inputs = Object.fromEntries(Object.entries(given).filter(([, tensor]) => used.has(tensor)));
  const named = Object.entries(outputs).map(([name, tensor]) => [`out.${name}`, tensor] as const);
  const model = encodeModel(ops.lowerGraph({ inputs, outputs: Object.fromEntries(named) }, 'cpu'));
  const executable = await backend.load(model, { keep: [] });
  try {
    const results = await executable.run(Object.fromEntries(Object.keys(inputs).map((name) => [name, values[name]!])));
    return named.map(([name]) => toFloat64(asHost(results[name]!)));
  } finally {
    await executable.release();
  }
}

/**
 * The derivative of `Σ c·y` over all floating-point outputs, in a random direction of all floating-point inputs: by reverse
 * rules and by a central difference, both in float64 by the reference interpreter, at a point near the test's own, so that
 * ties and kinks are left. Undefined where nothing is differentiable.
 */
export function derivatives(test: ConformanceTest): { rules: number; difference: number; scale: number } | undefined {
  const converted = convertTest(test, 'float64');
  const stream = randomStream(1, 'conformance', test.name);
  const free = Object.entries(converted.given).filter(([, { dtype }]) => isFloat(dtype));
  const wanted = Object.values(converted.outputs).filter(({ dtype }) => isFloat(dtype));
  const reached = new Set(topologicalOrder(wanted));
  const inputs = free.filter(([, tensor]) => reached.has(tensor));
  if (inputs.length === 0 || inputs.every(([, { shape }]) => sizeOf(shape) === 0)) return undefined;
  const random = (shape: readonly number[]): HostTensor =>
    hostTensor(
      'float64',
      shape,
      Float64Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    );
  const total = wanted
    .filter(({ shape }) => sizeOf(shape) > 0)
    .map((output) => ops.sum(ops.mul(output, ops.constant(random(output.shape)))))
    .reduce((one, other) => ops.add(one, other));
  const directions = inputs.map(([, { shape }]) => random(shape));
  const base = inputs.map(([name]) => {
    const value = converted.values[name]!;
    return hostTensor(
      'float64',
      value.shape,
      toFloat64(value).map((element) => finite(element) + 1e-3 * (1 + Math.abs(finite(element))) * stream.normal()),
    );
  });
  const at = (step: number): Record<string, HostTensor> => ({
    ...converted.values,
    ...Object.fromEntries(
      inputs.map(([name], index) => {
        const { shape, data } = base[index]!;
        const direction = toFloat64(directions[index]!);
        return [
          name,
          hostTensor(
            'float64',
            shape,
            Float64Array.from(data as Float64Array, (element, place) => element + step * direction[place]!),
          ),
        ];
      }),
    ),
  });
  const gradients = pullback(
    [total],
    [ops.onesLike(total)],
    inputs.map(([, tensor]) => tensor),
  );
  const parts = ops.interpret(gradients, at(0));
  const rules = parts.reduce((sum, { data }, index) => sum + inner(data, toFloat64(directions[index]!)), 0);
  const step = 1e-6;
  const value = (where: number): number => ops.interpret([total], at(where))[0]!.data[0]!;
  const [above, below] = [value(step), value(-step)];
  // Where an output is infinite there is nothing to differentiate.
  if (!Number.isFinite(value(0))) return undefined;
  const scale = parts.reduce((sum, { data }, index) => sum + norm(data) * norm(toFloat64(directions[index]!)), 0);
  return { rules, difference: (above - below) / (2 * step), scale };
}

const norm = (values: Float64Array): number => Math.sqrt(inner(values, values));
const inner = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, index) => sum + value * b[index]!, 0);

const finite = (value: number): number => (Number.isFinite(value) ? value : 1);

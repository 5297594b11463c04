import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jvp, valueAndGrad } from '../../../src/autodiff/index.ts';
import { isFloat, toFloat64, type HostTensor } from '../../../src/base/index.ts';
import { lossSchema } from '../../../src/contract/index.ts';
import type { Tensor } from '../../../src/graph/index.ts';
import { gcdf, lossFor } from '../../../src/nn/index.ts';
import { input, interpret, mul, sum } from '../../../src/ops/index.ts';
import type { AnyTensor, Runtime } from '../../../src/runtime/index.ts';
import { expectClose } from '../../support/close.ts';
import { readGoldens, type Golden, type Tensors } from '../../support/golden-graphs.ts';
import { cpuRuntime } from '../../train/support.ts';

const goldens = readGoldens('losses');

/** Losses of the examples of a golden. */
function lossesOf({ operator, attributes }: Golden, t: Tensors): Tensor {
  const [scores, labels, featureNorm] = [t['scores']!, t['label']!, t['featureNorm']];
  if (operator === 'gcdf' && featureNorm) return gcdf(attributes['sigma'] as number)(scores, labels, featureNorm);
  return lossFor(lossSchema.parse({ name: operator, ...attributes }))(scores, labels);
}

/** Losses of the examples, gradient and Hessian-vector product of their weighted sum; `vector` gives the direction. */
function derivatives(golden: Golden, inputs: Tensors, vector: Tensors) {
  const at = Object.fromEntries(Object.keys(vector).map((name) => [name, inputs[name]!]));
  const total = (x: Tensors): Tensor => sum(mul(inputs['outputWeight']!, lossesOf(golden, { ...inputs, ...x })));
  const { value, tangent } = jvp(valueAndGrad(total), at, vector);
  return { output: lossesOf(golden, inputs), gradient: value.gradient, product: tangent.gradient };
}

type Numbers = Readonly<Record<string, ArrayLike<number>>>;

function expectAgreement(
  golden: Golden,
  output: ArrayLike<number>,
  gradient: Numbers,
  product: Numbers,
  relative: number,
) {
  const tolerance = { relative, absolute: relative };
  expectClose(output, toFloat64(golden.output!), tolerance, `${golden.name}: losses`);
  for (const [name, expected] of Object.entries(golden.gradient))
    expectClose(gradient[name]!, toFloat64(expected), tolerance, `${golden.name}: gradient in ${name}`);
  for (const [name, expected] of Object.entries(golden.hessianVectorProduct))
    expectClose(product[name]!, toFloat64(expected), tolerance, `${golden.name}: Hessian-vector product in ${name}`);
}

const named = goldens.map((golden) => [golden.name, golden] as const);

it('the goldens hold every loss', () => {
  const names = lossSchema.unwrap().options.map((option) => option.shape.name.value);
  expect([...new Set(goldens.map(({ operator }) => operator))].sort()).toEqual([...names].sort());
});

describe('losses of examples, gradient and Hessian-vector product agree with PyTorch', () => {
  it.each(named)('in float64: %s', (_, golden) => {
    const asInput = (name: string, { dtype, shape }: HostTensor): Tensor =>
      input(name, { dtype: isFloat(dtype) ? 'float64' : dtype, shape });
    const inputs = Object.fromEntries(Object.entries(golden.inputs).map(([name, t]) => [name, asInput(name, t)]));
    const vector = Object.fromEntries(
      Object.entries(golden.vector).map(([name, t]) => [name, asInput(`v.${name}`, t)]),
    );
    const { output, gradient, product } = derivatives(golden, inputs, vector);
    const directions = Object.fromEntries(Object.entries(golden.vector).map(([name, t]) => [`v.${name}`, t]));
    const names = Object.keys(vector);
    const outputs = [output, ...names.map((name) => gradient[name]!), ...names.map((name) => product[name]!)];
    const [losses, ...parts] = interpret(outputs, { ...golden.inputs, ...directions }).map(({ data }) => data);
    const take = (from: number): Numbers =>
      Object.fromEntries(names.map((name, index) => [name, parts[from + index]!]));
    expectAgreement(golden, losses!, take(0), take(names.length), 1e-10);
  });

  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  it.each(named)('by the runtime in float32: %s', async (_, golden) => {
    const specs = { inputs: golden.inputs, vector: golden.vector };
    const program = await runtime.compile(({ inputs, vector }) => derivatives(golden, inputs, vector), specs);
    const { output, gradient, product } = await program.run(specs);
    await program.release();
    const read = (tensor: AnyTensor): Float64Array => toFloat64(tensor as HostTensor);
    const all = (tensors: Readonly<Record<string, AnyTensor>>): Numbers =>
      Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, read(tensor)]));
    expectAgreement(golden, read(output), all(gradient), all(product), 1e-5);
  });
});

import { jvp, valueAndGrad } from '../../src/autodiff/index.ts';
import { isFloat, type HostTensor } from '../../src/base/index.ts';
import type { Graph, Tensor } from '../../src/graph/index.ts';
import { input } from '../../src/ops/index.ts';
import { expectClose, norm } from './close.ts';
import type { FloatType } from './draw.ts';
import { lossOf, outputOf, type Golden, type HostTensors, type Tensors } from './golden-graphs.ts';

/** Derivatives of a golden as a graph. Outputs: `loss`, `output`, `gradient/<name>`, `product/<name>`, `parameterProduct/<name>`. */
export interface GoldenGraph {
  readonly graph: Graph;
  readonly values: HostTensors;
}

/** Loss, gradient and Hessian-vector products of a golden, in one element type. */
export function derivativesOf(golden: Golden, dtype: FloatType): GoldenGraph {
  const values: Record<string, HostTensor> = { ...golden.inputs, ...golden.parameters };
  for (const [name, vector] of Object.entries(golden.vector)) values[`${name}/vector`] = vector;
  const inputs: Tensors = mapped(values, (value, name) =>
    input(name, { dtype: isFloat(value.dtype) ? dtype : value.dtype, shape: value.shape }),
  );
  const outputs: Record<string, Tensor> = { output: outputOf(golden, inputs) };
  // `H v` with respect to the tensors of `names`, all others held fixed.
  const differentiate = (names: readonly string[]) => {
    const variables = Object.fromEntries(names.map((name) => [name, inputs[name]!]));
    const directions = Object.fromEntries(names.map((name) => [name, inputs[`${name}/vector`]!]));
    return jvp(
      valueAndGrad((at: Tensors) => lossOf(golden, { ...inputs, ...at })),
      variables,
      directions,
    );
  };
  const { value, tangent } = differentiate(Object.keys(golden.vector));
  outputs['loss'] = value.value;
  for (const [name, gradient] of Object.entries(value.gradient)) outputs[`gradient/${name}`] = gradient;
  for (const [name, product] of Object.entries(tangent.gradient)) outputs[`product/${name}`] = product;
  if (golden.parameterHessianVectorProduct)
    for (const [name, product] of Object.entries(differentiate(Object.keys(golden.parameters)).tangent.gradient))
      outputs[`parameterProduct/${name}`] = product;
  return { graph: { inputs, outputs }, values };
}

const mapped = <T, U>(record: Readonly<Record<string, T>>, change: (value: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));

/**
 * Compares computed outputs with a golden's. Each derivative is taken as one vector of all its tensors: the error is
 * relative to that vector's norm.
 */
export function expectGolden(
  golden: Golden,
  actual: Readonly<Record<string, ArrayLike<number>>>,
  relative: number,
): void {
  expectClose(actual['loss']!, [golden.loss], { relative, absolute: relative }, `${golden.name}: loss`);
  if (golden.output) expectTensors(golden.name, actual, { output: golden.output }, '', relative);
  expectTensors(golden.name, actual, golden.gradient, 'gradient/', relative);
  expectTensors(golden.name, actual, golden.hessianVectorProduct, 'product/', relative);
  if (golden.parameterHessianVectorProduct)
    expectTensors(golden.name, actual, golden.parameterHessianVectorProduct, 'parameterProduct/', relative);
}

function expectTensors(
  golden: string,
  actual: Readonly<Record<string, ArrayLike<number>>>,
  expected: HostTensors,
  prefix: string,
  relative: number,
): void {
  const whole = norm(Object.values(expected).flatMap((tensor) => Array.from(tensor.data as Float64Array)));
  for (const [name, tensor] of Object.entries(expected))
    expectClose(
      actual[`${prefix}${name}`]!,
      tensor.data as Float64Array,
      { absolute: relative * Math.max(whole, 1e-3) },
      `${golden}: ${prefix}${name}`,
    );
}

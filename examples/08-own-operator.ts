/**
 * An operator of one's own: log cosh x, with its derivative tanh x, in a form that does not overflow. Once it is defined it can be
 * differentiated to any order, run by the runtime and checked by the reference interpreter, as every other operator.
 *
 *   npx vite-node examples/08-own-operator.ts
 */
import { hostTensor, toFloat64 } from 'thalweg';
import { grad } from 'thalweg/autodiff';
import type { Tensor } from 'thalweg/graph';
import { abs, add, apply, defineOperator, exp, input, interpret, log, mul, sub, sum, tanh } from 'thalweg/ops';
import { asHost, createRuntime } from 'thalweg/runtime';
import { createOrtBackend } from 'thalweg/runtime/node';

const slope = (output: Tensor, tangent: Tensor): Tensor => mul(tangent, tanh(output.inputs[0]!));

defineOperator({
  kind: 'primitive',
  name: 'LogCosh',
  infer: ([x]) => x!,
  // The definition in float64: what everything else is tested against.
  reference: ([x]) => ({
    shape: x!.shape,
    data: x!.data.map((value) => Math.abs(value) + Math.log1p(Math.exp(-2 * Math.abs(value))) - Math.LN2),
  }),
  jvp: (output, [tangent]) => slope(output, tangent!),
  vjp: (output, cotangent) => [slope(output, cotangent)],
  lower(lowering, output) {
    const size = abs(output.inputs[0]!);
    return lowering.expression(sub(add(size, log(add(exp(mul(size, -2)), 1))), Math.LN2));
  },
});
const logCosh = (x: Tensor): Tensor => apply('LogCosh', [x]);

const values = hostTensor('float32', [5], [-100, -1, 0, 0.5, 100]);
const first = grad((x: Tensor) => sum(logCosh(x)));
const second = grad((x: Tensor) => sum(first(x)));

const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));
const program = await runtime.compile(({ x }) => ({ value: logCosh(x), first: first(x), second: second(x) }), {
  x: { dtype: 'float32', shape: [5] },
});
const results = await program.run({ x: values });
await runtime.close();

const x = input('x', { dtype: 'float32', shape: [5] });
const expected = interpret([logCosh(x), first(x), second(x)], { x: values });
Object.entries(results).forEach(([name, tensor], index) => {
  const numbers = toFloat64(asHost(tensor));
  const difference = Math.max(...numbers.map((number, place) => Math.abs(number - expected[index]!.data[place]!)));
  const shown = Array.from(numbers, (number) => number.toFixed(4)).join(' ');
  console.log(`${name}: ${shown} (within ${difference.toExponential(0)} of the reference)`);
});

import { hostTensor, toFloat64, type HostTensor } from '../../src/base/index.ts';
import { encodeModel } from '../../src/graph/index.ts';
import { lowerGraph } from '../../src/ops/index.ts';
import { asHost, type Backend } from '../../src/runtime/index.ts';
import { expectClose, norm } from './close.ts';
import { evaluate, type DerivativeGraph } from './derivatives.ts';

/** Values of a graph's outputs by a runtime, without any simplification before: the plain lowering of each operator. */
export async function runOn(
  backend: Backend,
  { graph, values }: DerivativeGraph,
): Promise<Record<string, Float64Array>> {
  const model = encodeModel(lowerGraph(graph, backend.device === 'cpu' ? 'cpu' : 'gpu'));
  const executable = await backend.load(model, { keep: [] });
  try {
    const inputs = Object.entries(graph.inputs).map(([name, type]) => [name, typed(values[name]!, type.dtype)]);
    const outputs = await executable.run(Object.fromEntries(inputs) as Record<string, HostTensor>);
    return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, toFloat64(asHost(output))]));
  } finally {
    await executable.release();
  }
}

const typed = (value: HostTensor, dtype: HostTensor['dtype']): HostTensor =>
  value.dtype === dtype ? value : hostTensor(dtype, value.shape, toFloat64(value));

/** Every output of a runtime against the interpreter's in float64, relative to the norm. */
export async function expectSameAsInterpreter(
  backend: Backend,
  derivatives: DerivativeGraph,
  relative: number,
): Promise<void> {
  const [actual, expected] = [await runOn(backend, derivatives), evaluate(derivatives)];
  const scale = Math.max(...Object.values(expected).map(norm));
  for (const [name, values] of Object.entries(expected))
    expectClose(actual[name]!, values, { relative, absolute: relative * Math.min(1, scale) }, name);
}

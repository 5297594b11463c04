import { valueAndGrad } from '../autodiff/index.ts';
import { scalar, zerosTensor, type HostTensor, type TensorType } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { ParameterTensors } from '../nn/index.ts';
import { add, mul, sub, sum } from '../ops/index.ts';
import { asDevice, disposeTree, type AnyTensor, type Runtime } from '../runtime/index.ts';
import type { ChunkedExamples } from './examples.ts';
import { exampleLosses, parameterTypes, type Objective } from './programs.ts';

type Tensors = Readonly<Record<string, AnyTensor>>;
interface Moments {
  readonly mean: Tensors;
  readonly squares: Tensors;
}

/**
 * The variance over examples of each coordinate of their gradients, `1/(N−1) Σ_i (g_i − ḡ)²`, by parameter: one gradient
 * for each example, one after the other, by Welford's recurrence in float32.
 *
 * @param objective of a model without batch normalisation, which makes an example's gradient depend on the others
 * @param examples chunks of one example, at least two
 */
export async function gradientVariance(
  runtime: Runtime,
  objective: Objective,
  parameters: Readonly<Record<string, HostTensor>>,
  examples: ChunkedExamples,
): Promise<Record<string, HostTensor>> {
  const program = await compileMoments(runtime, objective);
  const zeros = objective.model.parameters.map(({ name, shape }) => [name, zerosTensor('float32', shape)] as const);
  let moments: Moments = { mean: Object.fromEntries(zeros), squares: Object.fromEntries(zeros) };
  try {
    for (const [index, { x, labels }] of examples.chunks.entries()) {
      const before = moments;
      const share = scalar(1 / (index + 1), 'float32');
      moments = await program.run({ parameters, moments: before, share, x, labels });
      disposeTree([before.mean, before.squares]);
    }
    const variance: Record<string, HostTensor> = {};
    for (const [name, tensor] of Object.entries(moments.squares)) {
      const { shape, data } = await asDevice(tensor).read();
      const scaled = (data as Float32Array<ArrayBuffer>).map((squares) => squares / (examples.count - 1));
      variance[name] = { dtype: 'float32', shape, data: scaled };
    }
    return variance;
  } finally {
    disposeTree([moments.mean, moments.squares]);
    await program.release();
  }
}

/** `δ = g − m`, `m ← m + δ/k`, `q ← q + δ(g − m)` with the gradient g of example k: mean and summed squares of the first k. */
function compileMoments(runtime: Runtime, objective: Objective) {
  const types = parameterTypes(objective.model);
  const specs = {
    parameters: types,
    moments: { mean: types, squares: types },
    share: { dtype: 'float32', shape: [] } as TensorType,
    x: { dtype: 'float32', shape: [1, ...objective.model.inputShape] } as TensorType,
    labels: { dtype: 'int64', shape: [1] } as TensorType,
  };
  return runtime.compile(
    ({ parameters, moments, share, x, labels }) => {
      const summed = (theta: ParameterTensors): Tensor =>
        sum(exampleLosses(objective, { parameters: theta, buffers: {} }, x, labels, 'train').losses);
      const { gradient } = valueAndGrad(summed)(parameters);
      const next: { mean: Record<string, Tensor>; squares: Record<string, Tensor> } = { mean: {}, squares: {} };
      for (const [name, g] of Object.entries(gradient)) {
        const difference = sub(g, moments.mean[name]!);
        const mean = add(moments.mean[name]!, mul(difference, share));
        next.mean[name] = mean;
        next.squares[name] = add(moments.squares[name]!, mul(difference, sub(g, mean)));
      }
      return next;
    },
    specs,
    { name: 'gradient-variance', keep: ['mean', 'squares'] },
  );
}

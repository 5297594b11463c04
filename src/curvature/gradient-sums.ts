import { perExampleGradients, pullback, pushforward, squaredNorms } from '../autodiff/index.ts';
import { hostTensor, sizeOf, toFloat64 } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { add, onesLike } from '../ops/index.ts';
import { asHost, type AnyTensor } from '../runtime/index.ts';
import { batchTypes, bufferTypes, parameterTypes } from '../train/index.ts';
import { overChunks } from './chunks.ts';
import type { MeasuredNetwork } from './network.ts';

/** One number for each coordinate, by parameter. */
export type Sums = Readonly<Record<string, Float64Array<ArrayBuffer>>>;

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * `Σ_i g_i`, `Σ_i g_i∘g_i` and every ‖g_i‖² of the losses without penalty.
 *
 * @param squares whether `second` is wanted, which costs a product more for each layer; without it, it is empty
 */
export async function sumMoments(
  network: MeasuredNetwork,
  squares: boolean,
): Promise<{ first: Sums; second: Sums; squaredNorms: Float64Array<ArrayBuffer> }> {
  const { examples, objective, parameters, buffers } = network;
  const zeros = (): Record<string, Float64Array<ArrayBuffer>> =>
    Object.fromEntries(objective.model.parameters.map(({ name, shape }) => [name, new Float64Array(sizeOf(shape))]));
  const [first, second, norms] = [zeros(), squares ? zeros() : {}, new Float64Array(examples.count)];
  await overChunks(
    examples,
    (size) => compileMoments(network, size, squares),
    (forEachChunk) =>
      forEachChunk(async (program, { x, labels }, from) => {
        const chunk = await program.run({ parameters, buffers, x, labels });
        accumulate(first, chunk.first);
        accumulate(second, chunk.second);
        norms.set(toFloat64(asHost(chunk.squaredNorms)), from);
      }),
  );
  return { first, second, squaredNorms: norms };
}

function accumulate(totals: Sums, parts: Readonly<Record<string, AnyTensor>>): void {
  for (const [name, part] of Object.entries(parts)) {
    const total = totals[name]!;
    const values = asHost(part).data as Float32Array;
    for (let k = 0; k < total.length; k++) total[k]! += values[k]!;
  }
}

function typesOf({ objective }: MeasuredNetwork, size: number) {
  const { model } = objective;
  return { parameters: parameterTypes(model), buffers: bufferTypes(model), ...batchTypes(model, size) };
}

/** ℓ_i of a batch, without the penalty: [n]. */
function lossesOf(
  { objective, mode }: MeasuredNetwork,
  parameters: Tensors,
  buffers: Tensors,
  x: Tensor,
  labels: Tensor,
) {
  return objective.loss(objective.model.forward(parameters, buffers, x, mode).scores, labels);
}

function compileMoments(network: MeasuredNetwork, size: number, squares: boolean) {
  return network.runtime.compile(
    ({ parameters, buffers, x, labels }) => {
      const losses = lossesOf(network, parameters, buffers, x, labels);
      const gradients = perExampleGradients(losses, parameters, [x, labels])(onesLike(losses));
      const names = Object.keys(parameters);
      const sums = pullback([losses], [onesLike(losses)], Object.values(parameters));
      return {
        first: Object.fromEntries(names.map((name, index) => [name, sums[index]!])),
        second: Object.fromEntries((squares ? names : []).map((name) => [name, gradients[name]!.secondMoments()])),
        squaredNorms: names.map((name) => squaredNorms(gradients[name]!.each)).reduce((one, other) => add(one, other)),
      };
    },
    typesOf(network, size),
    { name: 'gradient-moments' },
  );
}

/** `⟨g_i, v⟩` of every example, the derivative of its loss along v. */
export async function directionalDerivatives(network: MeasuredNetwork, v: Sums): Promise<Float64Array<ArrayBuffer>> {
  const { examples, objective, parameters, buffers } = network;
  const direction = Object.fromEntries(
    objective.model.parameters.map(({ name, shape }) => [name, hostTensor('float32', shape, v[name]!)]),
  );
  const derivatives = new Float64Array(examples.count);
  await overChunks(
    examples,
    (size) => compileAlong(network, size),
    (forEachChunk) =>
      forEachChunk(async (program, { x, labels }, from) => {
        const along = await program.run({ parameters, buffers, x, labels, direction });
        derivatives.set(toFloat64(asHost(along)), from);
      }),
  );
  return derivatives;
}

function compileAlong(network: MeasuredNetwork, size: number) {
  return network.runtime.compile(
    ({ parameters, buffers, x, labels, direction }) => {
      const losses = lossesOf(network, parameters, buffers, x, labels);
      return pushforward(
        [losses],
        Object.values(parameters),
        Object.keys(parameters).map((name) => direction[name]!),
      )[0]!;
    },
    { ...typesOf(network, size), direction: parameterTypes(network.objective.model) },
    { name: 'directional-derivative' },
  );
}

/** ∇R of the objective's penalty; empty without one. */
export async function penaltyGradient({ runtime, objective, parameters }: MeasuredNetwork): Promise<Sums> {
  const { model, penalty } = objective;
  if (!penalty) return {};
  const program = await runtime.compile(
    (inputs) => {
      const value = penalty(inputs.parameters);
      if (!value) return {};
      const gradient = pullback([value], [onesLike(value)], Object.values(inputs.parameters));
      return Object.fromEntries(Object.keys(inputs.parameters).map((name, index) => [name, gradient[index]!]));
    },
    { parameters: parameterTypes(model) },
    { name: 'penalty-gradient' },
  );
  try {
    const gradient = await program.run({ parameters });
    return Object.fromEntries(Object.entries(gradient).map(([name, part]) => [name, toFloat64(asHost(part))]));
  } finally {
    await program.release();
  }
}

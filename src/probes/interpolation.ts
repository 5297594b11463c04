import { alongSegment } from '../autodiff/index.ts';
import type { EpochClock, InterpolationSpecification, MetricRecord } from '../contract/index.ts';
import type { Mode } from '../nn/index.ts';
import { stack } from '../ops/index.ts';
import { asHost, type Runtime } from '../runtime/index.ts';
import {
  bufferTypes,
  exampleLosses,
  parameterTypes,
  type ChunkedExamples,
  type DeviceNetwork,
  type Objective,
  type Update,
} from '../train/index.ts';
import type { Probe } from './probe.ts';
import { segmentRecords } from './segment-statistics.ts';
import { interpolates } from './walk-window.ts';

export interface InterpolationContext {
  readonly runtime: Runtime;
  readonly objective: Objective;
  /**
   * The evaluation set; the same chunks serve every α of every update. With batch normalisation by batch statistics they
   * are the batches.
   */
  readonly examples: ChunkedExamples;
  /** Examples of the training set, of which the evaluation set is a sample or all. */
  readonly population: number;
  readonly clock: EpochClock;
}

/**
 * `L((1−α)θ_t + αθ_{t+1})` at evenly spaced α ∈ [0, 1] (rows W-interp, W-barrier, W-height). All α of one chunk of examples
 * are evaluated before the next chunk; `L(θ_{t+1})` is kept as the α = 0 of the next update. Batch normalisation takes the
 * statistics of each chunk, or the running ones: then they are interpolated as the parameters are, so that both ends have
 * their own.
 */
export async function createInterpolation(
  specification: InterpolationSpecification,
  context: InterpolationContext,
): Promise<Probe> {
  const alphas = Array.from({ length: specification.points }, (_, index) => index / (specification.points - 1));
  const mode: Mode = specification.batchNorm === 'batch' ? 'train' : 'evaluate';
  const programs = await context.examples.forSizes((size) => compileSegment(context, size, alphas.slice(1), mode));
  /** Losses of the examples at θ_t, when the update before was interpolated too. */
  let reached: { readonly iteration: number; readonly losses: Float32Array<ArrayBuffer> } | undefined;

  let passes = 0;

  /** Losses at every α but 0: for each the losses of all examples. */
  async function evaluate(from: DeviceNetwork, to: DeviceNetwork): Promise<Float32Array<ArrayBuffer>[]> {
    const losses = alphas.slice(1).map(() => new Float32Array(context.examples.count));
    let offset = 0;
    passes += losses.length;
    for (const { size, x, labels } of context.examples.chunks) {
      const values = asHost(await programs.get(size)!.run({ from, to, x, labels })).data as Float32Array;
      losses.forEach((target, point) => target.set(values.subarray(point * size, (point + 1) * size), offset));
      offset += size;
    }
    return losses;
  }

  async function afterUpdate({ iteration, ...update }: Update): Promise<MetricRecord[]> {
    if (!interpolates(specification, iteration, context.clock)) return [];
    const before = { parameters: update.before, buffers: update.buffers.before };
    const after = { parameters: update.after, buffers: update.buffers.after };
    // At the start of a window θ_t itself is the end of an empty segment: the same program gives the same bits as later.
    const start = reached?.iteration === iteration ? reached.losses : (await evaluate(before, before)).at(-1)!;
    const losses = await evaluate(before, after);
    reached = { iteration: iteration + 1, losses: losses.at(-1)! };
    return segmentRecords(iteration, alphas, [start, ...losses], context.population);
  }
  return {
    afterUpdate,
    products: () => passes,
    async release() {
      for (const program of programs.values()) await program.release();
    },
  };
}

/** Losses of a chunk at every α: [points, n]. */
function compileSegment(
  { runtime, objective }: InterpolationContext,
  size: number,
  alphas: readonly number[],
  mode: Mode,
) {
  const { model } = objective;
  const types = { parameters: parameterTypes(model), buffers: bufferTypes(model) };
  return runtime.compile(
    ({ from, to, x, labels }) => {
      const { losses } = exampleLosses(objective, from, x, labels, mode);
      const pick = ({ parameters, buffers }: typeof from) => [
        ...model.parameters.map(({ name }) => parameters[name]!),
        ...model.buffers.map(({ name }) => buffers[name]!),
      ];
      return stack(alongSegment([losses], pick(from), pick(from), pick(to), alphas)[0]!, 0);
    },
    {
      from: types,
      to: types,
      x: { dtype: 'float32', shape: [size, ...model.inputShape] },
      labels: { dtype: 'int64', shape: [size] },
    },
    { name: 'segment' },
  );
}

import { jvp } from '../autodiff/index.ts';
import { scalarValue, toFloat64 } from '../base/index.ts';
import type { ParameterTensors } from '../nn/index.ts';
import { sub } from '../ops/index.ts';
import { asHost, type Runtime } from '../runtime/index.ts';
import {
  batchTypes,
  bufferTypes,
  exampleLosses,
  parameterTypes,
  type ChunkedExamples,
  type DeviceParameters,
  type Objective,
  type Update,
} from '../train/index.ts';
import { squaredDistance } from './inner-product.ts';
import { exactRecord, type Probe } from './probe.ts';
import { effectiveStep, type StepEnd } from './effective-step.ts';

export interface AlphaContext {
  readonly runtime: Runtime;
  readonly objective: Objective;
  /** The batch of update t; the probe releases it. */
  readonly batchAt: (iteration: number) => ChunkedExamples;
  readonly isDue: (iteration: number) => boolean;
}

type Program = Awaited<ReturnType<typeof compileEnd>>;

/**
 * Where the step from θ_t to θ_{t+1} lands on a parabola through loss and slope of its own mini-batch at both ends, see
 * {@link effectiveStep}. Cockpit takes the next batch at θ_{t+1}; here both ends have the same examples, so that the parabola is
 * the one that the update went down. Batch normalisation takes the running statistics of θ_t at both ends. A batch of one
 * example has no variance, and no record.
 */
export async function createAlpha({ runtime, objective, batchAt, isDue }: AlphaContext): Promise<Probe> {
  const programs = new Map<number, Program>();
  const types = parameterTypes(objective.model);
  const stride = await runtime.compile(
    ({ from, to }) => squaredDistance(to, from),
    { from: types, to: types },
    { name: 'step-length' },
  );

  async function endAt(at: DeviceParameters, update: Update, batch: ChunkedExamples): Promise<StepEnd> {
    const { before: from, after: to } = update;
    const [losses, slopes] = [new Float64Array(batch.count), new Float64Array(batch.count)];
    let offset = 0;
    for (const { size, x, labels } of batch.chunks) {
      if (!programs.has(size)) programs.set(size, await compileEnd(runtime, objective, size));
      const end = await programs.get(size)!.run({ at, from, to, buffers: update.buffers.before, x, labels });
      losses.set(toFloat64(asHost(end.value)), offset);
      slopes.set(toFloat64(asHost(end.tangent)), offset);
      offset += size;
    }
    return { losses, slopes };
  }

  return {
    async afterUpdate(update) {
      const { iteration, before, after } = update;
      if (!isDue(iteration)) return [];
      const batch = batchAt(iteration);
      try {
        if (batch.count < 2) return [];
        const length = Math.sqrt(scalarValue(asHost(await stride.run({ from: before, to: after }))));
        const ends = [await endAt(before, update, batch), await endAt(after, update, batch)] as const;
        return [exactRecord('update.alpha', iteration, effectiveStep(length, ...ends), batch.count)];
      } finally {
        batch.release();
      }
    },
    async release() {
      await stride.release();
      for (const program of programs.values()) await program.release();
    },
  };
}

/** Losses of a chunk's examples at `at`, and their derivatives along `to − from`: [n] each. */
function compileEnd(runtime: Runtime, objective: Objective, size: number) {
  const { model } = objective;
  const types = parameterTypes(model);
  return runtime.compile(
    ({ at, from, to, buffers, x, labels }) => {
      const losses = (parameters: ParameterTensors) =>
        exampleLosses(objective, { parameters, buffers }, x, labels, 'evaluate').losses;
      const step = Object.fromEntries(Object.keys(at).map((name) => [name, sub(to[name]!, from[name]!)]));
      return jvp(losses, at, step);
    },
    { at: types, from: types, to: types, buffers: bufferTypes(model), ...batchTypes(model, size) },
    { name: 'step-end' },
  );
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, type HostTensor } from '../../src/base/index.ts';
import {
  EpochClock,
  type InterpolationSpecification,
  type MetricRecord,
  type SeriesName,
} from '../../src/contract/index.ts';
import {
  createAlpha,
  createDistance,
  createGradientCosine,
  createInterpolation,
  createUpdateSize,
  effectiveStep,
  type Probe,
} from '../../src/probes/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { createBatchStepper, Evaluator, Trainer, uploadAll, type Update } from '../../src/train/index.ts';
import { expectClose, inner, norm } from '../support/close.ts';
import {
  asBatch,
  chunked,
  cpuRuntime,
  flat,
  plainGradient,
  plainLosses,
  randomExamples,
  readNumbers,
  smallObjective,
  startingPoint,
} from '../train/support.ts';

const objective = smallObjective();
const theta = startingPoint(objective);
const examples = randomExamples(130, objective, 99);
const batches = [1, 2, 3, 4, 5, 6].map((seed) => asBatch(randomExamples(20, objective, seed), objective));
const float32 = { relative: 2e-6 };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

type Seen = Record<'before' | 'after' | 'gradient', Float64Array> & { named: Record<string, Float64Array> };

/** Trains some updates with a probe; what it recorded, and copies of what it saw. */
async function walk(probe: Probe, updates: number, look: (update: Update) => Promise<void> = async () => undefined) {
  const stepper = await createBatchStepper(runtime, objective, 20, (t) => batches[t % 6]!, true);
  const trainer = new Trainer(runtime.backend, stepper, () => 0.4, {
    iteration: 0,
    parameters: theta,
    gradient: null,
  });
  const [records, seen]: [MetricRecord[], Seen[]] = [[], []];
  for (let t = 0; t < updates; t++) {
    records.push(...((await probe.visit?.(t, trainer)) ?? []));
    const update = await trainer.step();
    records.push(...((await probe.afterUpdate?.(update)) ?? []));
    await look(update);
    const named = await readNumbers(update.before);
    const [after, gradient] = [await readNumbers(update.after), await readNumbers(update.gradient!)];
    seen.push({ named, before: flat(named), after: flat(after), gradient: flat(gradient) });
  }
  records.push(...((await probe.visit?.(updates, trainer)) ?? []));
  await trainer.release();
  await probe.release();
  return { records, seen };
}

const valuesOf = (records: readonly MetricRecord[], series: SeriesName): number[] =>
  records.filter((record) => record.series === series).map(({ value }) => value);
const iterationsOf = (records: readonly MetricRecord[], series: SeriesName): number[] =>
  records.filter((record) => record.series === series).map(({ iteration }) => iteration);

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, index) => value - b[index]!);

describe('the cosine of consecutive gradients', () => {
  it('is ⟨g_{t−1}, g_t⟩/(‖g_{t−1}‖·‖g_t‖) over all parameters, from the second update on', async () => {
    const { records, seen } = await walk(await createGradientCosine(runtime, objective.model), 5);
    const gradients = seen.map(({ gradient }) => gradient);
    expect(iterationsOf(records, 'gradient.cosine')).toEqual([1, 2, 3, 4]);
    expect(iterationsOf(records, 'gradient.norm')).toEqual([0, 1, 2, 3, 4]);
    expectClose(valuesOf(records, 'gradient.norm'), gradients.map(norm), float32);
    const cosines = gradients
      .slice(1)
      .map((gradient, t) => inner(gradients[t]!, gradient) / (norm(gradients[t]!) * norm(gradient)));
    expectClose(valuesOf(records, 'gradient.cosine'), cosines, { absolute: 2e-6 });
    expect(Math.max(...cosines) - Math.min(...cosines)).toBeGreaterThan(0.1);
  });

  it('of a zero gradient is NaN', async () => {
    const probe = await createGradientCosine(runtime, objective.model);
    const zeros = uploadAll(
      runtime.backend,
      Object.fromEntries(
        objective.model.parameters.map(({ name, shape }) => [
          name,
          hostTensor('float32', shape, new Float32Array(theta[name]!.data.length)),
        ]),
      ),
    );
    const at = uploadAll(runtime.backend, theta);
    const update = {
      iteration: 3,
      before: at,
      after: at,
      gradient: zeros,
      previousGradient: at,
      loss: 1,
      buffers: { before: {}, after: {} },
    };
    const records = await probe.afterUpdate!(update);
    expect(valuesOf(records, 'gradient.norm')).toEqual([0]);
    expect(valuesOf(records, 'gradient.cosine')).toEqual([NaN]);
    await probe.release();
  });
});

describe('the distance', () => {
  it('from the start, the norm and the path length are those of the parameters themselves', async () => {
    const { records, seen } = await walk(await createDistance(runtime, objective.model, theta, {}), 6);
    const points = [...seen.map(({ before }) => before), seen.at(-1)!.after];
    for (const series of ['parameters.distance', 'parameters.norm', 'parameters.pathLength'] as const)
      expect(iterationsOf(records, series)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const distances = points.map((point) => norm(difference(point, points[0]!)));
    expectClose(valuesOf(records, 'parameters.distance'), distances, float32);
    expectClose(valuesOf(records, 'parameters.norm'), points.map(norm), float32);
    let length = 0;
    const lengths = points.map((point, t) => (length += t === 0 ? 0 : norm(difference(point, points[t - 1]!))));
    expectClose(valuesOf(records, 'parameters.pathLength'), lengths, float32);
    expect(valuesOf(records, 'parameters.distance')[0]).toBe(0);
    expect(lengths.at(-1)).toBeGreaterThan(distances.at(-1)! * 1.05);
  });

  it('goes on with the path length that an interrupted run had saved', async () => {
    const first = await createDistance(runtime, objective.model, theta, {});
    await walk(first, 2);
    const saved: Record<string, HostTensor> = first.state!();
    const second = await createDistance(runtime, objective.model, theta, saved);
    const [record] = (await second.visit!(2, { parameters: uploadAll(runtime.backend, theta), buffers: {} })).filter(
      ({ series }) => series === 'parameters.pathLength',
    );
    expect(record!.value).toBeGreaterThan(0.1);
    expect(record!.value).toBe(saved['distance.pathLength']!.data[0]);
    await second.release();
  });
});

describe('the interpolation', () => {
  const specification = (changes: Partial<InterpolationSpecification> = {}): InterpolationSpecification => ({
    kind: 'interpolation',
    points: 5,
    epochs: 'all',
    iterations: 'all',
    examples: 'all',
    batchNorm: 'batch',
    ...changes,
  });
  const probe = (changes: Partial<InterpolationSpecification> = {}, population = 130) =>
    createInterpolation(specification(changes), {
      runtime,
      objective,
      examples: chunked(examples, 40, objective, runtime),
      population,
      clock: new EpochClock(4),
    });

  it('has the mean loss of the network at every point between θ_t and θ_{t+1}, examples counting alike', async () => {
    const { records, seen } = await walk(await probe(), 3);
    const expected = seen.flatMap(({ named, after }) =>
      [0, 0.25, 0.5, 0.75, 1].map((alpha) => {
        let offset = 0;
        const between = Object.fromEntries(
          Object.entries(named).map(([name, start]) => {
            const end = after.subarray(offset, (offset += start.length));
            return [name, start.map((value, index) => value + alpha * (end[index]! - value))];
          }),
        );
        const losses = plainLosses(between, examples);
        return losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length;
      }),
    );
    expectClose(valuesOf(records, 'interpolation.loss'), expected, float32);
    expect(records.every(({ examples: count, standardError }) => count === 130 && standardError === null)).toBe(true);
  });

  it('begins with the bits of the evaluator at θ_t and with those at which the last update ended', async () => {
    const evaluator = await Evaluator.create(runtime, objective, chunked(examples, 40, objective, runtime));
    const evaluated: number[] = [];
    // Windows of 2 updates in epochs of 4: half of them begin without a neighbour.
    const { records } = await walk(await probe({ iterations: 2 }), 7, async ({ before }) => {
      evaluated.push((await evaluator.evaluate(before)).loss);
    });
    await evaluator.release();
    const at = (alpha: number) =>
      records.filter(({ series, coordinate }) => series === 'interpolation.loss' && coordinate === alpha);
    const starts = at(0);
    expect(starts.map(({ iteration }) => iteration)).toEqual([0, 1, 4, 5]);
    expect(starts.map(({ value }) => value)).toEqual([0, 1, 4, 5].map((t) => evaluated[t]));
    const ends = at(1);
    expect([starts[1]!.value, starts[3]!.value]).toEqual([ends[0]!.value, ends[2]!.value]);
    expect(ends[1]!.value).toBe(evaluated[2]);
  });

  it('has standard errors when the evaluation set is a sample', async () => {
    const { records } = await walk(await probe({}, 1000), 1);
    const level = records.find(({ series }) => series === 'interpolation.floor')!.standardError!;
    expect(level).toBeGreaterThan(0);
    expect(records.every(({ standardError }) => standardError !== null && standardError > 0)).toBe(true);
  });
});

describe('the effective step of updates', () => {
  it('is that of losses and slopes of the update’s own batch at both ends, at its cadence', async () => {
    const batchAt = (t: number) => chunked(randomExamples(20, objective, (t % 6) + 1), 8, objective, runtime);
    const afterwards: Record<string, Float64Array>[] = [];
    const probe = await createAlpha({ runtime, objective, batchAt, isDue: (t) => t % 2 === 0 });
    const { records, seen } = await walk(probe, 5, async ({ after }) => {
      afterwards.push(await readNumbers(after));
    });
    const expected = [0, 2, 4].map((t) => {
      const batch = randomExamples(20, objective, (t % 6) + 1);
      const step = difference(seen[t]!.after, seen[t]!.before);
      const end = (parameters: Record<string, Float64Array>) => ({
        losses: Float64Array.from(plainLosses(parameters, batch), ({ loss }) => loss),
        slopes: Float64Array.from({ length: 20 }, (_, index) => {
          const inputs = batch.inputs.slice(index * 6, (index + 1) * 6);
          const one = { inputs, labels: [batch.labels[index]!], count: 1 };
          return inner(flat(plainGradient(parameters, one).gradient), step);
        }),
      });
      return effectiveStep(norm(step), end(seen[t]!.named), end(afterwards[t]!));
    });
    expect(iterationsOf(records, 'update.alpha')).toEqual([0, 2, 4]);
    expect(records.every((record) => record.examples === 20)).toBe(true);
    expectClose(valuesOf(records, 'update.alpha'), expected, { relative: 1e-3 });
    expect(expected.every((alpha) => alpha > -1)).toBe(true);
  });

  it('has no record for a batch of one example', async () => {
    const batchAt = () => chunked(randomExamples(1, objective), 1, objective, runtime);
    const { records } = await walk(await createAlpha({ runtime, objective, batchAt, isDue: () => true }), 2);
    expect(records).toEqual([]);
  });
});

describe('sizes of updates', () => {
  it('are norms of the step in total and by tensor, beside the distance of each tensor from θ_0', async () => {
    const { model } = objective;
    const probe = await createUpdateSize(runtime, model, theta, (t) => t !== 1);
    const ends: Record<string, Float64Array>[] = [];
    const { records, seen } = await walk(probe, 3, async ({ after }) => {
      ends.push(await readNumbers(after));
    });
    const at = [...seen.map(({ named }) => named), ends[2]!];
    const between = (from: number, to: number): number[] =>
      model.parameters.map(({ name }) => norm(difference(at[to]![name]!, at[from]![name]!)));
    const close = { relative: 1e-5 };
    expectClose(valuesOf(records, 'update.size'), [norm(between(0, 1)), norm(between(2, 3))], close);
    expectClose(valuesOf(records, 'update.tensorSize'), [...between(0, 1), ...between(2, 3)], close);
    const distances = [...between(0, 0), ...between(0, 2), ...between(0, 3)];
    expectClose(valuesOf(records, 'parameters.tensorDistance'), distances, close);
    const numbered = records.filter(({ series, iteration }) => series === 'update.tensorSize' && iteration === 2);
    expect(numbered.map(({ coordinate }) => coordinate)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

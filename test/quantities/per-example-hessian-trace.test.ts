import { describe, expect, it } from 'vitest';
import type { HostTensor } from '../../src/base/index.ts';
import type { QuantityOf } from '../../src/contract/index.ts';
import { createHessian, type ExampleEvaluation } from '../../src/curvature/index.ts';
import { toDense } from '../../src/linop/index.ts';
import { createQuantity } from '../../src/quantities/index.ts';
import { traceCorrelations } from '../../src/quantities/trace-correlations.ts';
import { caseOf, measured, objectives } from '../curvature/support.ts';
import { measure, moment, quantityOf, readingOf, readingsOf, runtimeOfFile } from './support.ts';

type Options = Partial<Omit<QuantityOf<'per-example-hessian-trace'>, 'kind'>>;

const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;

/** Pearson's r by its definition. */
function pearson(x: readonly number[], y: readonly number[]): number {
  const [dx, dy] = [x, y].map((values) => values.map((value) => value - mean(values))) as [number[], number[]];
  const inner = (a: number[], b: number[]): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  return inner(dx, dy) / Math.sqrt(inner(dx, dx) * inner(dy, dy));
}

/** An evaluation of which all columns are x. */
function evaluationOf(x: readonly number[], correct: readonly number[]): ExampleEvaluation {
  const column = Float32Array.from(x);
  const both = { input: column, features: column };
  const flags = Float32Array.from(correct);
  return {
    loss: column,
    correct: flags,
    outputMargin: column,
    softmaxMargin: column,
    squaredNorm: both,
    affineTrace: both,
    marginBound: both,
    losses: {},
  };
}

describe('Hessian traces of single examples', () => {
  const runtime = runtimeOfFile();
  const network = (count = 40, size = 16) => measured(runtime(), caseOf(objectives['relu']!, count), size);
  const measureTraces = (options: Options, given = network()) =>
    measure('per-example-hessian-trace', options, given, { tensors: true });

  it('have the trace of the whole Hessian as their mean, with its error over examples', async () => {
    const hessian = await createHessian(network());
    const dense = await toDense(hessian);
    await hessian.release();
    const diagonal = Array.from({ length: hessian.size }, (_, k) => dense[k * hessian.size + k]!);
    const found = await measureTraces({});
    const traces = Array.from((found.tensors['exampleTrace.value'] as HostTensor<'float64'>).data);
    const { value, standardError, examples } = readingOf(found, 'exampleTrace.mean');
    expect(value).toBeCloseTo(
      diagonal.reduce((a, b) => a + b, 0),
      4,
    );
    const squares = traces.map((trace) => (trace - value) ** 2).reduce((a, b) => a + b, 0);
    expect(standardError).toBeCloseTo(Math.sqrt(squares / 39 / 40), 10);
    expect(examples).toBe(40);
  });

  it('have Pearson’s r with each proxy, apart for correct and wrong examples', async () => {
    const { readings, tensors } = await measureTraces({});
    const column = (name: string): number[] => Array.from((tensors[name] as HostTensor<'float32'>).data);
    const [traces, correct] = [column('exampleTrace.value'), column('exampleTrace.correct')];
    for (const proxy of ['affineInput', 'affineFeatures', 'boundInput', 'boundFeatures'] as const)
      for (const group of [1, 0]) {
        const members = correct.flatMap((flag, index) => ((flag === 1) === (group === 1) ? [index] : []));
        expect(members.length).toBeGreaterThan(4);
        const r = pearson(
          members.map((index) => column(`exampleTrace.${proxy}`)[index]!),
          members.map((index) => traces[index]!),
        );
        const found = readings.find(
          ({ series, coordinate }) => series === `exampleTrace.correlation.${proxy}` && coordinate === group,
        )!;
        expect(found.value).toBeCloseTo(r, 10);
        expect(found.examples).toBe(members.length);
        expect(found.standardError).toBeCloseTo((1 - r * r) / Math.sqrt(members.length - 3), 10);
      }
  });

  it('by either estimate lie around the exact ones', async () => {
    const exact = readingOf(await measureTraces({}), 'exampleTrace.mean').value;
    for (const [method, size] of [
      ['hutchinson', 16],
      ['one-by-one', 1],
    ] as const) {
      const { tensors, readings, products } = await measureTraces({ method, probes: 40 }, network(40, size));
      const errors = (tensors['exampleTrace.standardError'] as HostTensor<'float64'>).data;
      expect(products).toBe(41);
      // Errors of different examples are correlated: at most their mean.
      expect(Math.abs(readings[0]!.value - exact)).toBeLessThan(4 * mean(Array.from(errors)));
    }
  });

  it('have no readings for a group of fewer than four, and refuse what has no exact trace', async () => {
    const few = await measureTraces({}, network(3));
    expect(few.readings.map(({ series }) => series)).toEqual(['exampleTrace.mean']);
    await expect(measureTraces({}, network(1))).rejects.toMatchObject({ code: 'USAGE' });
    const smooth = measured(runtime(), caseOf(objectives['tanh']!, 8), 8);
    await expect(measureTraces({}, smooth)).rejects.toMatchObject({ code: 'NO_EXACT_TRACE' });
    await expect(measureTraces({ method: 'one-by-one' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('are measured at other points by the same programs', async () => {
    const here = network();
    const quantity = await createQuantity(quantityOf('per-example-hessian-trace'), { network: here, seed: 1 });
    await quantity.rehearse(here);
    const first = await quantity.measure(here, moment());
    const other = caseOf(objectives['relu']!, 40, 7);
    const second = await quantity.measure(other, moment());
    await quantity.release();
    expect(second.readings).toEqual(
      (await measureTraces({}, { ...network(), ...other, examples: here.examples })).readings,
    );
    expect(second.readings).not.toEqual(first.readings);
    expect(first.tensors).toEqual({});
  });
});

describe('correlations of traces', () => {
  const line = Array.from({ length: 60 }, (_, index) => index / 10);
  const near = line.map((x, index) => 2 * x + Math.sin(index));

  it('without outliers leave out a point far from all others', () => {
    const traces = Float64Array.from([...near, -40]);
    const found = traceCorrelations(traces, evaluationOf([...line, 30], new Array<number>(61).fill(1)));
    const [all] = readingsOf(
      { readings: found, products: 0, converged: null, tensors: {} },
      'exampleTrace.correlation.affineInput',
    );
    const inliers = found.find(({ series }) => series === 'exampleTrace.inlierCorrelation.affineInput')!;
    expect(all).toMatchObject({ coordinate: 1, examples: 61 });
    expect(all!.value).toBeLessThan(0);
    expect(inliers.examples).toBeLessThan(61);
    expect(inliers.value).toBeGreaterThan(0.9);
    expect(found.every(({ coordinate }) => coordinate === 1)).toBe(true);
  });

  it('are NaN, not an error, where a trace is not finite or all are equal', () => {
    const correct = line.map(() => 0);
    const infinite = traceCorrelations(Float64Array.from([...near.slice(1), Infinity]), evaluationOf(line, correct));
    const equal = traceCorrelations(new Float64Array(60), evaluationOf(line, correct));
    for (const readings of [infinite, equal]) {
      expect(readings).toHaveLength(8);
      for (const { value, standardError, examples, coordinate } of readings) {
        expect([value, standardError]).toEqual([NaN, NaN]);
        expect(examples).toBeGreaterThan(40);
        expect(coordinate).toBe(0);
      }
    }
  });
});

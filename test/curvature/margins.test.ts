import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hvp } from '../../src/autodiff/index.ts';
import { hostTensor, randomStream, sizeOf, toFloat64, type HostTensor } from '../../src/base/index.ts';
import {
  affineHessianTrace,
  giniImpurity,
  marginBound,
  outputMargin,
  softmaxMargin,
} from '../../src/curvature/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import { createModel, crossEntropy, initialParameters, mlp, type Model } from '../../src/nn/index.ts';
import { constant, input, interpret, mul, square, sum } from '../../src/ops/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { expectClose } from '../support/close.ts';
import { forAll } from '../support/property.ts';
import { cpuRuntime } from '../train/support.ts';

/** All measures of scores, with ‖x‖² = 3. */
const measures = (scores: Tensor, labels: Tensor, norms: Tensor) => ({
  output: outputMargin(scores, labels),
  softmax: softmaxMargin(scores, labels),
  impurity: giniImpurity(scores),
  trace: affineHessianTrace(scores, norms),
  bound: marginBound(scores, labels, norms),
});
const names = ['output', 'softmax', 'impurity', 'trace', 'bound'] as const;
type Measures = Record<(typeof names)[number], Float64Array>;

/** The measures in float64, by the reference interpreter. */
function measured(rows: readonly (readonly number[])[], labels: readonly number[]): Measures {
  const shape = [rows.length, rows[0]!.length];
  const values = {
    scores: hostTensor('float64', shape, rows.flat()),
    labels: hostTensor('int64', [rows.length], labels),
    norms: hostTensor(
      'float64',
      [rows.length],
      labels.map(() => 3),
    ),
  };
  const { scores, labels: y, norms } = values;
  const graph = measures(input('scores', scores), input('labels', y), input('norms', norms));
  const results = interpret(
    names.map((name) => graph[name]),
    values,
  );
  return Object.fromEntries(names.map((name, index) => [name, Float64Array.from(results[index]!.data)])) as Measures;
}

/** By definition, as sums of the small probabilities where 1 would swallow them. */
function byDefinition(scores: readonly number[], label: number) {
  const probability = (j: number): number => 1 / scores.reduce((total, s) => total + Math.exp(s - scores[j]!), 0);
  const others = scores.map((_, j) => j).filter((j) => j !== label);
  const p = scores.map((_, j) => probability(j));
  const best = Math.max(...others.map((j) => p[j]!));
  const impurity = p.reduce((total, one, j) => total + one * p.reduce((sum, q, k) => (k === j ? sum : sum + q), 0), 0);
  const correct = p[label]! >= best;
  const top = correct ? label : p.indexOf(best);
  const second = correct ? best : p[label]!;
  const gap = p.reduce((total, q, j) => (j === top ? total : total + q), 0) + second;
  return {
    output: scores[label]! - Math.max(...others.map((j) => scores[j]!)),
    softmax: p[label]! - best,
    impurity,
    trace: 4 * impurity,
    bound: 4 * gap * (2 - gap),
  };
}

/** Forty examples with the same number of classes. */
const examples = fc.integer({ min: 2, max: 5 }).chain((classes) =>
  fc.record({
    rows: fc.array(
      fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: classes, maxLength: classes }),
      { minLength: 40, maxLength: 40 },
    ),
    labels: fc.array(fc.nat({ max: classes - 1 }), { minLength: 40, maxLength: 40 }),
  }),
);

describe('margins and traces', () => {
  it('are those of the definitions, to relative precision', () => {
    forAll(
      examples,
      ({ rows, labels }) => {
        const actual = measured(rows, labels);
        rows.forEach((scores, index) => {
          const expected = byDefinition(scores, labels[index]!);
          for (const name of names)
            expectClose([actual[name][index]!], [expected[name]], { relative: 1e-11, absolute: 1e-15 }, name);
        });
      },
      20,
    );
  });

  it('satisfy 1 − Σ S² ≤ 1 − γ²: the bound is above the trace, whether or not the label is predicted', () => {
    const seen = { correct: 0, wrong: 0 };
    forAll(
      examples,
      ({ rows, labels }) => {
        const { trace, bound, output } = measured(rows, labels);
        output.forEach((margin) => void seen[margin > 0 ? 'correct' : 'wrong']++);
        bound.forEach((value, index) => expect(value).toBeGreaterThanOrEqual(trace[index]! * (1 - 1e-12)));
      },
      20,
    );
    expect(Math.min(seen.correct, seen.wrong)).toBeGreaterThan(100);
  });

  it('of scores of ±1e4 and of ties are those of the limit', () => {
    const rows = [
      [1e4, -1e4, 0],
      [-1e4, 1e4, 0],
      [1e4, 1e4, -1e4],
      [5, 5, 5],
    ];
    const { output, softmax, impurity, trace, bound } = measured(rows, [0, 0, 1, 2]);
    expect([...output]).toEqual([1e4, -2e4, 0, 0]);
    expect([...softmax]).toEqual([1, -1, 0, 0]);
    expectClose(impurity, [0, 0, 0.5, 2 / 3], { absolute: 1e-15 });
    expectClose(trace, [0, 0, 2, 8 / 3], { absolute: 1e-14 });
    expectClose(bound, [0, 0, 4, 4], { absolute: 1e-14 });
  });

  it('need at least two classes', () => {
    expect(() => measured([[1]], [0])).toThrowError('margin: expected scores of at least two classes, got 1');
  });
});

describe('by the runtime in float32', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  it('margins and traces keep their digits where a prediction is confident', async () => {
    const rows = [
      [25, 0, 1],
      [0, 25, 1],
      [1e4, -1e4, 0],
      [5, 5, 5],
      [1, 1.5, -2],
    ];
    const labels = [0, 0, 0, 1, 2];
    const values = {
      scores: hostTensor('float32', [5, 3], rows.flat()),
      labels: hostTensor('int64', [5], labels),
      norms: hostTensor(
        'float32',
        [5],
        labels.map(() => 3),
      ),
    };
    const program = await runtime.compile(({ scores, labels: y, norms }) => measures(scores, y, norms), values);
    const result = await program.run(values);
    await program.release();
    rows.forEach((row, index) => {
      const expected = byDefinition(row, labels[index]!);
      for (const name of names) {
        const actual = toFloat64(result[name] as HostTensor)[index]!;
        expectClose([actual], [expected[name]], { relative: 3e-6 }, `${name} of ${row.join()}`);
      }
    });
  });
});

/** Trace of the Hessian of one example's cross-entropy in the parameters `names`, column by column, and the proxy for it. */
function traces(model: Model, names: readonly string[]) {
  const stream = randomStream(2, 'traces');
  const x = { shape: [1, ...model.inputShape], data: Float64Array.from({ length: 4 }, () => stream.normal()) };
  const values = { ...initialParameters(model, 1), labels: hostTensor('int64', [1], [2]), x };
  const float64 = (name: string, shape: readonly number[]): Tensor => input(name, { dtype: 'float64', shape });
  const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, float64(name, shape)]));
  const chosen = Object.fromEntries(names.map((name) => [name, parameters[name]!]));
  const labels = input('labels', values.labels);
  const pass = (theta: Record<string, Tensor>) =>
    model.forward({ ...parameters, ...theta }, {}, float64('x', x.shape), 'evaluate');
  const loss = (theta: Record<string, Tensor>): Tensor => sum(crossEntropy(pass(theta).scores, labels));
  const basis = (name: string, index: number): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(chosen).map(([other, { shape }]) => {
        const data = new Float64Array(sizeOf(shape));
        if (other === name) data[index] = 1;
        return [other, constant(hostTensor('float64', shape, data))];
      }),
    );
  const diagonal = Object.entries(chosen).flatMap(([name, { shape }]) =>
    Array.from({ length: sizeOf(shape) }, (_, index) => {
      const direction = basis(name, index);
      return sum(mul(hvp(loss, chosen, direction)[name]!, direction[name]!));
    }),
  );
  const { scores, features } = pass({});
  const proxy = affineHessianTrace(scores, sum(square(features), { axes: [1] }));
  const [actual, ...entries] = interpret([proxy, ...diagonal], values).map(({ data }) => data[0]!);
  return { proxy: actual!, exact: entries.reduce((total, entry) => total + entry, 0), entries };
}

describe('the affine cross-entropy Hessian trace', () => {
  it('is the trace of the exact Hessian of an affine classifier', () => {
    const affine = createModel('affine', [4], mlp([], 3));
    const { proxy, exact, entries } = traces(
      affine,
      affine.parameters.map(({ name }) => name),
    );
    expect(entries.length).toBe(15);
    expectClose([proxy], [exact], { relative: 1e-12 });
  });

  it('of the features is the trace of the top layer’s block in a deep network', () => {
    const deep = createModel('deep', [4], mlp([6, 5], 3, 'tanh'));
    const { proxy, exact, entries } = traces(deep, deep.topParameters);
    expect(entries.length).toBe(18);
    expectClose([proxy], [exact], { relative: 1e-12 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import {
  createGaussNewton,
  createGradientCovariance,
  createHessian,
  exactTraces,
  type CurvatureOperator,
} from '../../src/curvature/index.ts';
import { createModel, crossEntropy, mlp, type Model } from '../../src/nn/index.ts';
import { softmax } from '../../src/ops/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { examplesFor, flatParameters, interpreted, measured, pointOf, type Case } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

/** Rows of a matrix, by products with unit vectors; releases it. */
async function denseRows(making: Promise<CurvatureOperator>): Promise<Float64Array[]> {
  const matrix = await making;
  const units = Array.from({ length: matrix.size }, (_, j) => new Float32Array(matrix.size).fill(1, j, j + 1));
  const rows = (await matrix.applyMany(units)).map((row) => Float64Array.from(row));
  await matrix.release();
  return rows;
}

/** Probabilities of the classes for each example, in float64 by the reference interpreter: rows. */
function probabilitiesOf(given: Case): Float64Array[] {
  const { model } = given.objective;
  const everything = [...Array(given.examples.count).keys()];
  const p = interpreted(given, everything, ({ parameters, buffers }, x) => [
    softmax(model.forward(parameters, buffers, x, 'evaluate').scores),
  ])(flatParameters(given));
  return everything.map((i) => p.slice(i * model.classes, (i + 1) * model.classes));
}

/** A network and examples whose labels are drawn from its own probabilities. */
function wellSpecified(model: Model, count: number, seed: number): Case {
  const given: Case = {
    objective: { model, loss: crossEntropy },
    examples: examplesFor(model, count, seed),
    ...pointOf(model, 3),
  };
  const stream = randomStream(seed, 'labels');
  const labels = probabilitiesOf(given).map((p) => {
    const u = stream.uniform();
    let [label, sum] = [0, p[0]!];
    while (u > sum && label < p.length - 1) sum += p[++label]!;
    return label;
  });
  return { ...given, examples: { ...given.examples, labels } };
}

const affine = (classes: number): Model => createModel('logistic-regression', [3], mlp([], classes));

/** Closed forms of softmax regression, in the order of its parameters: a weight [classes, inputs], then a bias. */
function closedForms(given: Case) {
  const { examples, objective } = given;
  const { classes } = objective.model;
  const [inputs, count] = [3, examples.count];
  const p = probabilitiesOf(given);
  const coordinates = [
    ...Array.from({ length: classes * inputs }, (_, j) => [Math.floor(j / inputs), j % inputs] as const),
    ...Array.from({ length: classes }, (_, c) => [c, inputs] as const),
  ];
  const x = (i: number, j: number): number => (j === inputs ? 1 : examples.inputs[i * inputs + j]!);
  const meanOver = (term: (i: number) => number): number =>
    Array.from({ length: count }, (_, i) => term(i)).reduce((sum, value) => sum + value, 0) / count;
  const hessian = coordinates.map(([c, j]) =>
    Float64Array.from(coordinates, ([d, k]) =>
      meanOver((i) => ((c === d ? p[i]![c]! : 0) - p[i]![c]! * p[i]![d]!) * x(i, j) * x(i, k)),
    ),
  );
  const slope = (i: number, [c, j]: readonly [number, number]): number =>
    (p[i]![c]! - (examples.labels[i] === c ? 1 : 0)) * x(i, j);
  const covariance = coordinates.map((one) =>
    Float64Array.from(coordinates, (other) => {
      const centre = meanOver((i) => slope(i, one)) * meanOver((i) => slope(i, other));
      return (count / (count - 1)) * (meanOver((i) => slope(i, one) * slope(i, other)) - centre);
    }),
  );
  const traces = p.map((own, i) => {
    const squares = own.reduce((sum, value) => sum + value * value, 0);
    return (x(i, 0) ** 2 + x(i, 1) ** 2 + x(i, 2) ** 2 + 1) * (1 - squares);
  });
  return { hessian, covariance, traces, p };
}

const flat = (rows: readonly Float64Array[]): number[] => rows.flatMap((row) => Array.from(row));

describe('softmax regression', () => {
  it.each([2, 4])('of %i classes has the curvature of its closed forms', async (classes) => {
    const given = wellSpecified(affine(classes), 40, 1);
    const network = measured(runtime, given, 16);
    const { hessian, covariance, traces } = closedForms(given);
    const absolute = 2e-6;
    expectClose(flat(await denseRows(createHessian(network))), flat(hessian), { absolute }, 'H');
    expectClose(flat(await denseRows(createGaussNewton(network))), flat(hessian), { absolute }, 'G');
    expectClose(flat(await denseRows(createGradientCovariance(network))), flat(covariance), { absolute }, 'C');
    expectClose((await exactTraces(network)).values, traces, { relative: 1e-5 }, 'tr H_i');
  });

  it('of two classes is logistic regression: each block of H is ±Xᵀ diag(p(1 − p)) X/N', async () => {
    const given = wellSpecified(affine(2), 30, 2);
    const rows = await denseRows(createHessian(measured(runtime, given, 30)));
    const { p } = closedForms(given);
    for (const [j, k] of [0, 1, 2].flatMap((one) => [0, 1, 2].map((other) => [one, other] as const))) {
      const expected =
        p.reduce((sum, [, q], i) => {
          const x = given.examples.inputs.subarray(3 * i, 3 * i + 3);
          return sum + q! * (1 - q!) * x[j]! * x[k]!;
        }, 0) / p.length;
      const block = [rows[j]![k]!, rows[j]![3 + k]!, rows[3 + j]![k]!, rows[3 + j]![3 + k]!];
      expectClose(block, [expected, -expected, -expected, expected], { absolute: 2e-6 });
    }
  });
});

describe('the covariance of gradients of single examples', () => {
  /** `‖C − H‖_F/‖H‖_F` by the root of its mean square over draws of examples. */
  async function difference(draw: (seed: number) => Case): Promise<number> {
    const square = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);
    const squares: number[] = [];
    for (let seed = 1; seed <= 3; seed++) {
      const given = draw(seed);
      const network = measured(runtime, given, given.examples.count);
      const c = flat(await denseRows(createGradientCovariance(network)));
      const h = flat(await denseRows(createHessian(network)));
      squares.push(square(c.map((value, index) => value - h[index]!)) / square(h));
    }
    return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length);
  }

  it.each([
    ['softmax regression', affine(3)],
    ['a network with a hidden layer', createModel('tanh', [3], mlp([4], 3, 'tanh'))],
  ])('is the Hessian of %s at its true parameters, up to an error that falls with 1/√N', async (_, model) => {
    const few = await difference((seed) => wellSpecified(model, 200, seed));
    const many = await difference((seed) => wellSpecified(model, 3200, seed));
    // Sixteen times the examples: a quarter of the error.
    expect(few / many).toBeGreaterThan(4 / 1.5);
    expect(few / many).toBeLessThan(4 * 1.5);
    expect(many).toBeLessThan(0.1);
  });

  it('is not the Hessian where labels are not the model’s, however many there are', async () => {
    const model = affine(3);
    const many = await difference((seed) => {
      const given = wellSpecified(model, 3200, seed);
      return { ...given, examples: examplesFor(model, 3200, seed) };
    });
    expect(many).toBeGreaterThan(0.2);
  });
});

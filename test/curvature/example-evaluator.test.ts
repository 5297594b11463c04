import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostTensor } from '../../src/base/index.ts';
import { evaluateExamples, ExampleEvaluator, type MeasuredNetwork } from '../../src/curvature/index.ts';
import {
  batchNorm,
  createModel,
  crossEntropy,
  dense,
  activation,
  gcdf,
  hinge,
  initialBuffers,
  initialParameters,
  l2Penalty,
  mlp,
  sequential,
  temperedCrossEntropy,
} from '../../src/nn/index.ts';
import { input, interpret } from '../../src/ops/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { Evaluator, type Objective } from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import { chunked, cpuRuntime, randomExamples, smallObjective, startingPoint } from '../train/support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const examples = randomExamples(11, smallObjective());
const losses = { hinge: [0.5, 1], crossEntropy: [2], gcdf: [0.3, 1, 4] };

/** Eleven examples in chunks of four, four and three. */
function network(objective: Objective = smallObjective(), chunkSize = 4): MeasuredNetwork {
  return {
    runtime,
    objective,
    examples: chunked(examples, chunkSize, objective, runtime),
    mode: 'evaluate',
    parameters: startingPoint(objective),
    buffers: initialBuffers(objective.model),
  };
}

/** Scores and features of all examples in float64, by the reference interpreter. */
function reference({ objective: { model }, parameters }: MeasuredNetwork) {
  const shape = [examples.count, ...model.inputShape];
  const symbolic = Object.fromEntries(
    model.parameters.map((parameter) => [
      parameter.name,
      input(parameter.name, { dtype: 'float64', shape: parameter.shape }),
    ]),
  );
  const { scores, features } = model.forward(symbolic, {}, input('x', { dtype: 'float64', shape }), 'evaluate');
  const values = {
    ...(parameters as Record<string, HostTensor>),
    x: { shape, data: Float64Array.from(examples.inputs) },
  };
  const rows = ({ data }: { data: Float64Array }): number[][] => {
    const width = data.length / examples.count;
    return Array.from({ length: examples.count }, (_, index) => [...data.slice(index * width, (index + 1) * width)]);
  };
  const [s, f] = interpret([scores, features], values);
  return { scores: rows(s!), features: rows(f!) };
}

const squared = (values: readonly number[]): number => values.reduce((total, value) => total + value * value, 0);

describe('evaluated examples', () => {
  it('have the margins, norms, traces and bounds that their scores and features give, in their order', async () => {
    const measured = network();
    const result = await evaluateExamples(measured);
    const { scores, features } = reference(measured);
    const plain = scores.map((row, index) => {
      const label = examples.labels[index]!;
      const exponentials = row.map((score) => Math.exp(score));
      const total = exponentials.reduce((a, b) => a + b);
      const p = exponentials.map((value) => value / total);
      const best = (values: readonly number[]): number => Math.max(...values.filter((_, j) => j !== label));
      const softmax = p[label]! - best(p);
      const x = squared([...examples.inputs.subarray(6 * index, 6 * index + 6)]);
      const f = squared(features[index]!);
      return {
        loss: -Math.log(p[label]!),
        correct: row[label]! > best(row) ? 1 : 0,
        outputMargin: row[label]! - best(row),
        softmaxMargin: softmax,
        x,
        f,
        traces: [(x + 1) * (1 - squared(p)), (f + 1) * (1 - squared(p))],
        bounds: [(x + 1) * (1 - softmax ** 2), (f + 1) * (1 - softmax ** 2)],
      };
    });
    const close = (actual: Float32Array, expected: number[], what: string): void =>
      expectClose(actual, expected, { relative: 1e-6 }, what);
    for (const name of ['loss', 'correct', 'outputMargin', 'softmaxMargin'] as const)
      close(
        result[name],
        plain.map((one) => one[name]),
        name,
      );
    close(
      result.squaredNorm.input,
      plain.map(({ x }) => x),
      '‖x‖²',
    );
    close(
      result.squaredNorm.features,
      plain.map(({ f }) => f),
      '‖features‖²',
    );
    close(
      result.affineTrace.input,
      plain.map(({ traces }) => traces[0]!),
      'trace with x',
    );
    close(
      result.affineTrace.features,
      plain.map(({ traces }) => traces[1]!),
      'trace with features',
    );
    close(
      result.marginBound.input,
      plain.map(({ bounds }) => bounds[0]!),
      'bound with x',
    );
    close(
      result.marginBound.features,
      plain.map(({ bounds }) => bounds[1]!),
      'bound with features',
    );
    expect(new Set(result.correct)).toEqual(new Set([0, 1]));
    expect(result.losses).toEqual({});
  });

  it('have each alternative loss for each of its parameters, Gcdf with the norm of their features', async () => {
    const measured = network();
    const result = await evaluateExamples(measured, { losses });
    const { scores, features } = reference(measured);
    const values = {
      scores: { shape: [11, 3], data: Float64Array.from(scores.flat()) },
      labels: { shape: [11], data: Float64Array.from(examples.labels) },
      norms: { shape: [11], data: Float64Array.from(features, (row) => Math.sqrt(squared(row))) },
    };
    const s = input('scores', { dtype: 'float64', shape: [11, 3] });
    const y = input('labels', { dtype: 'int64', shape: [11] });
    const norms = input('norms', { dtype: 'float64', shape: [11] });
    const expected = {
      hinge: losses.hinge.map((margin) => hinge(margin)(s, y)),
      crossEntropy: losses.crossEntropy.map((temperature) => temperedCrossEntropy(temperature)(s, y)),
      gcdf: losses.gcdf.map((sigma) => gcdf(sigma)(s, y, norms)),
    };
    for (const name of ['hinge', 'crossEntropy', 'gcdf'] as const) {
      const rows = interpret(expected[name], values);
      expect(result.losses[name]!.length).toBe(rows.length);
      result.losses[name]!.forEach((row, index) =>
        expectClose(row, rows[index]!.data, { relative: 2e-6 }, `${name} ${losses[name][index]!}`),
      );
    }
  });

  it('have means that are the loss with its penalty and the accuracy of the evaluator', async () => {
    const { model } = smallObjective();
    const objective: Objective = {
      model,
      loss: crossEntropy,
      penalty: (parameters) => l2Penalty(parameters, { strength: 0.1, biases: true }),
    };
    const measured = network(objective);
    const evaluator = await Evaluator.create(runtime, objective, measured.examples);
    const { loss, accuracy } = await evaluator.evaluate(measured.parameters);
    await evaluator.release();
    const result = await evaluateExamples(measured);
    const mean = (values: Float32Array): number => values.reduce((total, value) => total + value, 0) / 11;
    expect([mean(result.loss), mean(result.correct)]).toEqual([loss, accuracy]);
  });

  it('do not depend on the size of chunks', async () => {
    const [inFours, atOnce] = [network(), network(smallObjective(), 11)];
    const [some, all] = [await evaluateExamples(inFours, { losses }), await evaluateExamples(atOnce, { losses })];
    expectClose(some.marginBound.features, all.marginBound.features, { relative: 1e-6 });
    expectClose(some.losses.gcdf![2]!, all.losses.gcdf![2]!, { relative: 1e-6 });
  });

  it('can be evaluated at another point by the same programs', async () => {
    const measured = network();
    const evaluator = await ExampleEvaluator.create(measured, { losses });
    const other = { ...measured, parameters: startingPoint(measured.objective, 5) };
    expect(await evaluator.evaluate(other)).toEqual(await evaluateExamples(other, { losses }));
    expect(await evaluator.evaluate()).toEqual(await evaluateExamples(measured, { losses }));
    expect(await evaluator.evaluate(other)).not.toEqual(await evaluator.evaluate());
    await evaluator.release();
  });

  it('take the statistics of their chunk in train mode', async () => {
    const model = createModel('normalised', [6], sequential(dense(4), batchNorm(), activation('relu'), dense(3)));
    const objective: Objective = { model, loss: crossEntropy };
    const measured = { ...network(objective, 11), parameters: initialParameters(model, 1) };
    const [trained, running] = [
      await evaluateExamples({ ...measured, mode: 'train' }),
      await evaluateExamples(measured),
    ];
    expect(trained.outputMargin).not.toEqual(running.outputMargin);
    expect(trained.squaredNorm.input).toEqual(running.squaredNorm.input);
  });

  it('refuse a network of one class', async () => {
    const model = createModel('one class', [6], mlp([], 1));
    const measured = network({ model, loss: crossEntropy });
    await expect(evaluateExamples(measured)).rejects.toThrowError(
      'example-evaluation: margin: expected scores of at least two classes, got 1',
    );
  });

  it('refuse parameters of losses outside their range', async () => {
    await expect(evaluateExamples(network(), { losses: { gcdf: [0] } })).rejects.toThrowError(
      'loss grid gcdf: expected positive standard deviations, got 0',
    );
  });
});

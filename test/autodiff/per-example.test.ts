import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { innerProductSum, perExampleGradients, pullback, simplify, squaredNorms } from '../../src/autodiff/index.ts';
import { sizeOf, ThalwegError, type HostTensor } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import { createModel, crossEntropy, fc6 } from '../../src/nn/index.ts';
import * as ops from '../../src/ops/index.ts';
import { expectClose, inner } from '../support/close.ts';
import { Draw } from '../support/draw.ts';
import { forAll } from '../support/property.ts';
import { kindNames, placeholders, sample, sampleOf, single, type Sample } from '../curvature/networks.ts';

const values = ({ parameters, buffers, x, labels }: Sample): Record<string, HostTensor> => ({
  ...parameters,
  ...buffers,
  x,
  labels,
});

/** Losses of a sample's examples as a graph of placeholders. */
function lossesOf(given: Sample, mode: 'train' | 'evaluate' = 'evaluate') {
  const [theta, buffers] = [placeholders(given.parameters), placeholders(given.buffers)];
  const [x, labels] = [ops.input('x', given.x), ops.input('labels', given.labels)];
  return { losses: crossEntropy(given.model.forward(theta, buffers, x, mode).scores, labels), theta, x, labels };
}

/** The gradient of each example, one batch of one after the other: parameter → example → elements. */
function gradientsByLoop(given: Sample): Record<string, Float64Array[]> {
  const { losses, theta } = lossesOf(single(given, 0));
  const gradient = pullback([losses], [ops.onesLike(losses)], Object.values(theta));
  const names = Object.keys(theta);
  const examples = Array.from({ length: given.x.shape[0]! }, (_, index) =>
    ops.interpret(gradient, values(single(given, index))),
  );
  return Object.fromEntries(names.map((name, which) => [name, examples.map((parts) => parts[which]!.data)]));
}

/** Checks squared norms, second moments and the gradients themselves against the loop, simplified or not. */
function expectSameAsLoop(given: Sample): void {
  const { losses, theta, x, labels } = lossesOf(given);
  const each = perExampleGradients(losses, theta, [x, labels])(ops.onesLike(losses));
  const outputs: Record<string, Tensor> = {};
  for (const [name, gradients] of Object.entries(each)) {
    outputs[`norms ${name}`] = squaredNorms(gradients.each);
    outputs[`moments ${name}`] = gradients.secondMoments();
    outputs[`explicit ${name}`] = gradients.explicit();
  }
  const graph = { inputs: {}, outputs };
  for (const built of [graph, simplify(graph)]) {
    const results = ops.interpret(Object.values(built.outputs), values(given));
    const found = Object.fromEntries(Object.keys(outputs).map((name, index) => [name, results[index]!]));
    for (const [name, gradients] of Object.entries(gradientsByLoop(given))) {
      const tolerance = { relative: 1e-12, absolute: 1e-14 };
      const shape = given.parameters[name]!.shape;
      expect(found[`moments ${name}`]!.shape).toEqual(shape);
      expect(found[`explicit ${name}`]!.shape).toEqual([given.x.shape[0]!, ...shape]);
      const norms = gradients.map((gradient) => inner(gradient, gradient));
      const moments = Float64Array.from({ length: sizeOf(shape) }, (_, k) =>
        gradients.reduce((total, gradient) => total + gradient[k]! ** 2, 0),
      );
      expectClose(found[`norms ${name}`]!.data, norms, tolerance, `squared norms in ${name}`);
      expectClose(found[`moments ${name}`]!.data, moments, tolerance, `second moments of ${name}`);
      const all = gradients.flatMap((gradient) => Array.from(gradient));
      expectClose(found[`explicit ${name}`]!.data, all, tolerance, `gradients in ${name}`);
    }
  }
}

describe('gradients of single examples, all at once, are those of batches of one', () => {
  it.each(kindNames)('in a network of kind %s, at any number of examples and classes', (kind) => {
    const choices = fc.record({
      seed: fc.nat(),
      count: fc.integer({ min: 1, max: 4 }),
      classes: fc.integer({ min: 1, max: 4 }),
    });
    forAll(choices, ({ seed, count, classes }) => expectSameAsLoop(sample(kind, seed, count, classes, 'float64')), 4);
  });

  it('where parameters are transposed, reshaped, scaled, shared, or given to Gemm', () => {
    const type = (...shape: number[]) => ({ dtype: 'float64', shape }) as const;
    const [w, b, x] = [ops.input('w', type(6)), ops.input('b', type(2)), ops.input('x', type(3, 3))];
    const matrix = ops.reshape(w, [2, 3]);
    const builders: Record<string, (rows: Tensor) => Tensor> = {
      transposed: (rows) => ops.matmul(rows, ops.transpose(matrix)),
      scaled: (rows) => ops.linear(rows, ops.mul(matrix, ops.reshape(b, [2, 1])), b),
      shared: (rows) => ops.matmul(ops.tanh(ops.linear(rows, matrix)), ops.reshape(w, [2, 3])),
      gemm: (rows) => ops.apply('Gemm', [rows, matrix, b], { transA: false, transB: true, alpha: -0.5 }),
    };
    const given = sampleOf(createModel('data', [3], kindless), 1, 3, 'float64').x;
    const point = {
      w: { dtype: 'float64', shape: [6], data: Float64Array.of(0.5, -1, 0.25, 2, 1, -0.75) },
      b: { dtype: 'float64', shape: [2], data: Float64Array.of(0.5, 1.5) },
    } as const;
    for (const [name, build] of Object.entries(builders)) {
      const losses = (rows: Tensor): Tensor => ops.sum(ops.sin(build(rows)), { axes: [1] });
      const output = losses(x);
      const each = perExampleGradients(output, { w, b }, [x])(ops.onesLike(output));
      for (const [parameter, source] of Object.entries({ w, b })) {
        const { each: factors, ...gradients } = each[parameter]!;
        const parts = ops.interpret([gradients.explicit(), gradients.secondMoments(), squaredNorms(factors)], {
          ...point,
          x: given,
        });
        const one = ops.input('x', type(1, 3));
        const value = losses(one);
        const gradient = pullback([value], [ops.onesLike(value)], [source]);
        const rows = [0, 1, 2].map((index) => {
          const data = given.data.slice(3 * index, 3 * index + 3) as Float64Array<ArrayBuffer>;
          return ops.interpret(gradient, { ...point, x: { dtype: 'float64', shape: [1, 3], data } })[0]!.data;
        });
        const squares = rows[0]!.map((_, k) => rows.reduce((total, row) => total + row[k]! ** 2, 0));
        const tolerance = { relative: 1e-12, absolute: 1e-14 };
        expectClose(
          parts[0]!.data,
          rows.flatMap((row) => Array.from(row)),
          tolerance,
          `${name}: gradients in ${parameter}`,
        );
        expectClose(parts[1]!.data, squares, tolerance, `${name}: second moments of ${parameter}`);
        expectClose(
          parts[2]!.data,
          rows.map((row) => inner(row, row)),
          tolerance,
          `${name}: norms in ${parameter}`,
        );
      }
    }
  });
});

const kindless = (): ReturnType<Parameters<typeof createModel>[2]> => ({
  parameters: [],
  outputShape: [3],
  apply: (_, x) => x,
});

describe('inner products of gradients given by factors', () => {
  it.each([
    ['one position, as of a linear layer', 4, 5, 1],
    ['Gram matrices of few positions', 6, 7, 2],
    ['matrices of few rows', 2, 3, 5],
    ['matrices of many rows, for all cotangents at once', 2, 64, 3],
  ])('are those of the matrices: %s', (_, a, b, positions) => {
    const draw = new Draw(a + b, 'float64');
    const inputs = draw.input([2, b, positions]);
    const cotangents = Array.from({ length: 6 }, () => draw.input([2, a, positions]));
    const products = cotangents.map(
      (one) => ({ kind: 'products', cotangents: one, inputs, transposed: false }) as const,
    );
    const [gs, hs] = [products.slice(0, 3), products.slice(3)];
    const found = ops.interpret([innerProductSum(gs, hs), innerProductSum(gs, gs)], draw.values);
    const matrices = cotangents.map((one) => ops.matmul(one, inputs, { transB: true }));
    const product = (k: number, l: number): Tensor => ops.sum(ops.mul(matrices[k]!, matrices[l]!), { axes: [1, 2] });
    const sums = [
      ops.add(ops.add(product(0, 3), product(1, 4)), product(2, 5)),
      ops.add(ops.add(product(0, 0), product(1, 1)), product(2, 2)),
    ];
    const expected = ops.interpret(sums, draw.values);
    expected.forEach(({ data }, index) => expectClose(found[index]!.data, data, { relative: 1e-12 }));
  });
});

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
  } catch (error) {
    if (error instanceof ThalwegError) return error.code;
  }
  return undefined;
};

describe('refusals of per-example derivatives', () => {
  const type = (...shape: number[]) => ({ dtype: 'float32', shape }) as const;
  const [x, w] = [ops.input('x', type(4, 3)), ops.input('w', type(3, 3))];
  const refusal = (output: Tensor, parameters: Record<string, Tensor> = { w }) => {
    return () => perExampleGradients(output, parameters, [x]);
  };
  const y = ops.matmul(x, w);
  const wide = ops.input('wide', type(3, 4));

  it.each([
    ['a sum over examples', ops.mul(y, ops.sum(y, { axes: [0], keep: true })), 'ReduceSum: float32[1,3]'],
    ['a reshape that joins examples', ops.reshape(y, [2, 6]), 'Reshape: float32[2,6]'],
    ['a transposition of examples', ops.transpose(y), 'Transpose: float32[3,4]'],
    ['examples in reverse order', ops.flip(y, [0]), 'Slice: float32[4,3]'],
    ['part of the examples', ops.slice(y, 0, 0, 2), 'Slice: float32[2,3]'],
    ['softmax over examples', ops.softmax(y, 0), 'Softmax: float32[4,3]'],
    ['a product of examples with examples', ops.matmul(ops.matmul(y, y, { transB: true }), y), 'MatMul: float32[4,4]'],
    [
      'losses broadcast along another axis',
      ops.add(ops.matmul(y, wide), ops.sum(y, { axes: [1] })),
      'Add: float32[4,4]',
    ],
  ])('%s is refused, naming the operator', (_, output, operator) => {
    expect(refusal(output)).toThrow(`expected operators that keep examples apart along axis 0, got ${operator}`);
  });

  it('batch normalisation in train mode is refused by its name and place', () => {
    const given = sampleOf(createModel('fc6', [3], fc6(2, 2)), 1, 4, 'float32');
    const { losses, theta, x: inputs, labels } = lossesOf(given, 'train');
    const refused = (): unknown => perExampleGradients(losses, theta, [inputs, labels]);
    expect(codeOf(refused)).toBe('NO_PER_EXAMPLE_RULE');
    expect(refused).toThrow(
      /keep examples apart along axis 0, got BatchNormalizationTraining: float32\[4,2\] \(at .*\.ts:\d+:\d+\)/,
    );
  });

  it('a parameter without a per-example rule is refused by its name', () => {
    const output = ops.concat([y, ops.expand(ops.slice(w, 0, 0, 1), [4, 3])], 1);
    expect(refusal(output)).toThrow(
      'expected parameter "w" to enter an operator with a per-example rule for operand 1, got Concat: float32[4,6]',
    );
  });

  it('an output without examples is refused', () => {
    expect(refusal(ops.relu(w))).toThrow('expected an output with a row for each example, got Relu: float32[3,3]');
  });

  it('a parameter with a row for each example is refused', () => {
    const rows = ops.input('rows', type(4, 3));
    expect(refusal(ops.add(y, rows), { rows })).toThrow('expected parameter "rows" to enter an operator');
  });

  it('a parameter behind operators that are not element-wise is refused', () => {
    const made = ops.add(x, ops.slice(w, 0, 0, 1));
    const gradients = perExampleGradients(made, { w }, [x]);
    expect(() => gradients(made)).toThrow(
      'element-wise operators and movements between parameter and examples, got Slice',
    );
  });

  it('a cotangent of another type is refused', () => {
    expect(() => perExampleGradients(y, { w }, [x])(x)).not.toThrow();
    expect(() => perExampleGradients(y, { w }, [x])(w)).toThrow(
      'expected float32[4,3] at position 0, got float32[3,3]',
    );
  });

  it('a parameter that plays no part has gradients of zero', () => {
    const other = ops.input('other', type(2));
    const gradients = perExampleGradients(y, { other }, [x])(ops.onesLike(y))['other']!;
    expect(ops.interpret([gradients.explicit()])[0]!.data).toEqual(new Float64Array(8));
  });
});

import { describe, expect, it } from 'vitest';
import { hostTensor, sizeOf, toFloat64, type HostTensor } from '../../src/base/index.ts';
import { int, ints, type OnnxModel } from '../../src/graph/index.ts';
import { initialBuffers, initialParameters, type Mode, type Model } from '../../src/nn/index.ts';
import { networkFromOnnx, type NetworkOptions } from '../../src/onnx/index.ts';
import { constant, input, interpret } from '../../src/ops/index.ts';
import { expectClose } from '../support/close.ts';
import { attention, cnn, integers, mlp, modelOf, node, weights } from './files.ts';

/** What a model computes of some examples at the file's values, by the reference interpreter. */
function run(model: Model, x: HostTensor, mode: Mode = 'evaluate') {
  const tensors = (values: Readonly<Record<string, HostTensor>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, constant(value)]));
  const forward = model.forward(
    tensors(initialParameters(model, 1)),
    tensors(initialBuffers(model)),
    constant(x),
    mode,
  );
  const [scores, features, ...rest] = interpret([forward.scores, forward.features, ...Object.values(forward.buffers)]);
  const buffers = Object.keys(forward.buffers).map((name, index) => [name, rest[index]!.data] as const);
  return { scores: scores!.data, features: features!, buffers: Object.fromEntries(buffers) };
}

const examples = (count: number, ...shape: number[]): HostTensor<'float32'> => weights(`x${count}`, [count, ...shape]);
const namesOf = (tensors: readonly { readonly name: string }[]): string[] => tensors.map(({ name }) => name);
const network = (file: OnnxModel, options?: NetworkOptions) => networkFromOnnx(file, options);

/** `W·x + b` for rows of x. */
function affine(x: ArrayLike<number>, weight: HostTensor, bias: HostTensor): Float64Array {
  const [units, size] = weight.shape as [number, number];
  const [w, b] = [toFloat64(weight), toFloat64(bias)];
  return Float64Array.from({ length: (x.length / size) * units }, (_, at) => {
    const [row, unit] = [Math.floor(at / units), at % units];
    return Array.from({ length: size }, (__, k) => x[row * size + k]! * w[unit * size + k]!).reduce(
      (sum, value) => sum + value,
      b[unit]!,
    );
  });
}

describe('a fully connected network of a file', () => {
  const file = mlp();
  const { model } = network(file, { name: 'net' });

  it('has the file’s parameters, in the order of their use, and starts from their values', () => {
    expect(model).toMatchObject({ name: 'net', inputShape: [3], classes: 2, size: 26, buffers: [] });
    expect(namesOf(model.parameters)).toEqual(['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
    expect(initialParameters(model, 7)).toEqual(file.initializers);
  });

  it.each([1, 5])('computes scores and features of %i examples', (count) => {
    const x = examples(count, 3);
    const { scores, features } = run(model, x);
    const hidden = affine(toFloat64(x), file.initializers['fc1.weight']!, file.initializers['fc1.bias']!).map((value) =>
      Math.max(value, 0),
    );
    expectClose(features.data, hidden, { relative: 1e-6 }, 'features');
    expectClose(
      scores,
      affine(hidden, file.initializers['fc2.weight']!, file.initializers['fc2.bias']!),
      { relative: 1e-6 },
      'scores',
    );
    expect(model.topParameters).toEqual(['fc2.weight', 'fc2.bias']);
  });

  it('computes in float64 where its parameters are', () => {
    const theta = Object.fromEntries(
      model.parameters.map(({ name, shape }) => [name, input(name, { dtype: 'float64', shape })]),
    );
    expect(model.forward(theta, {}, input('x', { dtype: 'float32', shape: [2, 3] }), 'evaluate').scores.dtype).toBe(
      'float64',
    );
  });

  it('refuses examples of another shape', () => {
    expect(() => run(model, examples(2, 4))).toThrow(
      'onnx: input "x": expected a batch of examples [3], got float32[2,4]',
    );
  });
});

describe('patterns', () => {
  it('choose parameters; the others are constants with the same values', () => {
    const all = run(network(mlp()).model, examples(2, 3)).scores;
    const head = network(mlp(), { include: ['fc2.*'] });
    expect(namesOf(head.model.parameters)).toEqual(['fc2.weight', 'fc2.bias']);
    expect(namesOf(head.chosen.constants)).toEqual(['fc1.weight', 'fc1.bias']);
    expectClose(run(head.model, examples(2, 3)).scores, all, { relative: 1e-12 });
    expect(namesOf(network(mlp(), { exclude: ['*.bias'] }).model.parameters)).toEqual(['fc1.weight', 'fc2.weight']);
    expect(namesOf(network(mlp(), { include: ['fc?.bias'], exclude: ['fc1*'] }).model.parameters)).toEqual([
      'fc2.bias',
    ]);
  });

  it('that are names make a parameter of what the rule takes for a constant', () => {
    expect(namesOf(network(attention()).chosen.constants)).toEqual(['scale']);
    expect(namesOf(network(attention(), { include: ['*', 'scale'] }).model.parameters)).toEqual([
      'gamma',
      'beta',
      'query',
      'key',
      'scale',
      'head',
    ]);
  });

  it('that match nothing are refused', () => {
    expect(() => network(mlp(), { exclude: ['fc9.*'] })).toThrow(
      'parameters: expected a pattern that matches one, got "fc9.*"; ',
    );
    expect(() => network(mlp(), { include: ['fc1.weigth'] })).toThrow('did you mean "fc1.weight"?');
  });
});

describe('what initializers are for', () => {
  const file = modelOf(
    ['n', 4],
    {
      table: weights('table', [4, 4]),
      mask: hostTensor('float32', [4], [0, 0, -Infinity, 0]),
      half: hostTensor('float32', [1], [0.5]),
      divisor: weights('divisor', [4]),
      positions: weights('positions', [2, 2]),
      shape: integers(1, 4),
      both: integers(4),
    },
    [
      node('Transpose', ['table'], 't'),
      node('Identity', ['t'], 'i'),
      node('MatMul', ['x', 'i'], 'm'),
      node('Add', ['m', 'mask'], 'masked'),
      node('Softmax', ['masked'], 's'),
      node('Mul', ['s', 'half'], 'h'),
      node('Div', ['h', 'divisor'], 'd'),
      node('Reshape', ['positions', 'both'], 'p'),
      node('Reshape', ['p', 'shape'], 'row'),
      node('Add', ['d', 'row'], 'scores'),
    ],
  );

  it('follows from what they enter, also by way of what only moves elements', () => {
    const { chosen } = network(file);
    expect(namesOf(chosen.parameters)).toEqual(['table', 'positions']);
    expect(chosen.constants.map(({ name, role }) => [name, role])).toEqual([
      ['mask', 'constant'],
      ['half', 'constant'],
      ['divisor', 'constant'],
    ]);
    expect(chosen.parameters.map(({ role, uses }) => [role, uses.map(({ operator }) => operator)])).toEqual([
      ['weight', ['MatMul']],
      ['operand', ['Add']],
    ]);
  });

  it('NaN and infinities in parameters are refused', () => {
    for (const [value, text] of [
      [Number.NaN, 'NaN'],
      [Infinity, 'Infinity'],
    ] as const) {
      const bad = hostTensor('float32', [2], [1, value]);
      expect(() => network({ ...mlp(), initializers: { ...mlp().initializers, 'fc2.bias': bad } })).toThrow(
        `onnx: initializer "fc2.bias": expected finite numbers, got ${text} at element 1`,
      );
    }
  });
});

describe('batch normalisation of a file', () => {
  const file = cnn();
  const { model } = network(file);
  const x = examples(5, 2, 6, 6);

  it('has its statistics as buffers, with the file’s values', () => {
    expect(namesOf(model.buffers)).toEqual(['bn.running_mean', 'bn.running_var']);
    expect(namesOf(model.parameters)).toEqual(['conv.weight', 'bn.weight', 'bn.bias', 'fc.weight', 'fc.bias']);
    const { 'bn.running_mean': mean, 'bn.running_var': variance } = file.initializers;
    expect(initialBuffers(model)).toEqual({ 'bn.running_mean': mean, 'bn.running_var': variance });
    expect(model.topParameters).toEqual(['fc.weight', 'fc.bias']);
  });

  it('leaves them in evaluation; in train mode they follow by the node’s momentum', () => {
    expect(run(model, x).buffers['bn.running_mean']).toEqual(toFloat64(file.initializers['bn.running_mean']!));
    const conv = networkFromOnnx({
      ...file,
      outputs: [{ name: 'flatc', dtype: 'float32', shape: null }],
      nodes: [...file.nodes.slice(0, 1), node('Flatten', ['c'], 'flatc')],
    }).model;
    const values = run(conv, x).scores;
    const after = run(model, x, 'train').buffers;
    const channel = (c: number): number[] =>
      Array.from({ length: 5 * 36 }, (_, at) => values[Math.floor(at / 36) * 108 + c * 36 + (at % 36)]!);
    for (const c of [0, 1, 2]) {
      const own = channel(c);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (own.length - 1);
      const before = (name: string): number => toFloat64(file.initializers[name]!)[c]!;
      expectClose([after['bn.running_mean']![c]!], [0.9 * before('bn.running_mean') + 0.1 * mean], { relative: 1e-6 });
      expectClose([after['bn.running_var']![c]!], [0.9 * before('bn.running_var') + 0.1 * variance], {
        relative: 1e-6,
      });
    }
  });

  it('takes the batch’s statistics in train mode: examples depend on each other', () => {
    const [alone, together] = [examples(2, 2, 6, 6), examples(2, 2, 6, 6)];
    together.data.fill(0, sizeOf([2, 6, 6]));
    expect(run(model, alone).scores.slice(0, 2)).toEqual(run(model, together).scores.slice(0, 2));
    expect(run(model, alone, 'train').scores.slice(0, 2)).not.toEqual(run(model, together, 'train').scores.slice(0, 2));
  });
});

describe('batches', () => {
  it('of any size go through shapes that the file computes', () => {
    for (const count of [1, 4])
      expect(run(network(cnn()).model, examples(count, 2, 6, 6)).scores).toHaveLength(2 * count);
  });

  it('of another size than a file fixes are refused, with the node and what to do', () => {
    const fixed = modelOf([1, 2, 2], { shape: integers(1, 4), w: weights('w', [4, 3]) }, [
      node('Reshape', ['x', 'shape'], 'flat'),
      node('MatMul', ['flat', 'w'], 'scores'),
    ]);
    const { model } = network(fixed);
    expect(run(model, examples(1, 2, 2)).scores).toHaveLength(3);
    expect(() => run(model, examples(3, 2, 2))).toThrow(
      'model onnx was exported for batches of 1, and does not take 3: export it with a dynamic batch axis (onnx: Reshape "Reshape_flat": expected a shape of 12 elements',
    );
  });

  it('of tokens are whole numbers', () => {
    const file: OnnxModel = {
      ...modelOf(['n', 3], { words: weights('words', [5, 2]) }, [
        node('Gather', ['words', 'x'], 'e', { axis: int(0) }),
        node('ReduceMean', ['e'], 'scores', { axes: ints([1]), keepdims: int(0) }),
      ]),
      inputs: [{ name: 'x', dtype: 'int64', shape: ['n', 3] }],
    };
    const { model } = network(file);
    expect(namesOf(model.parameters)).toEqual(['words']);
    const table = toFloat64(file.initializers['words']!);
    const row = (word: number): Float64Array => table.subarray(2 * word, 2 * word + 2);
    const expected = [0, 1].map((k) => (row(4)[k]! + row(0)[k]! + row(4)[k]!) / 3);
    expectClose(run(model, hostTensor('float32', [1, 3], [4, 0, 4])).scores, expected, { relative: 1e-6 });
  });
});

describe('a value of the file can stand in for its output', () => {
  const file: OnnxModel = {
    ...mlp(),
    nodes: [...mlp().nodes, node('Softmax', ['scores'], 'p')],
    outputs: [{ name: 'p', dtype: 'float32', shape: null }],
  };

  it('as the logits in front of a softmax', () => {
    const cut = run(network(file, { scores: 'scores' }).model, examples(2, 3)).scores;
    expect(cut).toEqual(run(network(mlp()).model, examples(2, 3)).scores);
  });

  it('unless there is none of that name', () => {
    expect(() => network(file, { scores: 'logits' })).toThrow(
      'onnx: scores: expected "output" or the name of a value, got "logits"',
    );
  });
});

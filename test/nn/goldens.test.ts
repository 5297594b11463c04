import { describe, expect, it } from 'vitest';
import { mapTree } from '../../src/graph/index.ts';
import { input, interpret, isTensor } from '../../src/ops/index.ts';
import {
  expectPass,
  goldenModelNames,
  inputsOf,
  modelOf,
  passOf,
  readGoldenModel,
  typesOf,
  type PassInputs,
} from '../support/golden-models.ts';
import type { Mode } from '../../src/nn/index.ts';
import type { TensorType } from '../../src/base/index.ts';
import { flattenTree, type Tensor } from '../../src/graph/index.ts';

/** The ones that plain loops compute in a moment; the slow test has them all on the runtime. */
const small = ['mlp', 'fc6-narrow', 'lenet', 'resnet8-tiny', 'resnet8-tiny-identity'];

const isType = (value: unknown): value is TensorType =>
  typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value;

/** Placeholders named by their paths, and what the interpreter is given for them. */
function placed(given: ReturnType<typeof inputsOf>) {
  const tensors = mapTree(typesOf(given), isType, (type, path) => input(path, type)) as PassInputs<Tensor>;
  const values = {
    x: given.x,
    labels: given.labels,
    ...Object.fromEntries(
      (['parameters', 'buffers'] as const).flatMap((group) =>
        Object.entries(given[group]).map(([name, tensor]) => [`${group}.${name}`, tensor] as const),
      ),
    ),
  };
  return { tensors, values };
}

function interpreted(golden: ReturnType<typeof readGoldenModel>, mode: Mode) {
  const model = modelOf(golden);
  const { tensors, values } = placed(inputsOf(golden, model));
  const pass = passOf(model, tensors, mode);
  const leaves = flattenTree<Tensor>({ ...pass }, isTensor);
  const results = interpret(
    leaves.map(([, tensor]) => tensor),
    values,
  );
  const found = new Map(leaves.map(([path], index) => [path, results[index]!.data]));
  const group = (prefix: 'gradient' | 'buffers') =>
    Object.fromEntries(Object.keys(pass[prefix]).map((name) => [name, found.get(`${prefix}.${name}`)!]));
  return {
    loss: found.get('loss')![0]!,
    scores: found.get('scores')!,
    gradient: group('gradient'),
    buffers: group('buffers'),
  };
}

describe('the networks, by plain loops, agree with PyTorch to 1e-6', () => {
  it.each(small.flatMap((name) => (['train', 'evaluate'] as const).map((mode) => [name, mode] as const)))(
    '%s in mode %s: scores, loss, gradient and running statistics',
    (name, mode) => {
      const golden = readGoldenModel(name);
      expectPass(golden, mode, interpreted(golden, mode), 1e-6);
    },
  );
});

describe('the networks', () => {
  it.each(goldenModelNames())('%s has the names and shapes of parameters that PyTorch has, in its order', (name) => {
    const golden = readGoldenModel(name);
    const { parameters, buffers } = modelOf(golden);
    expect(parameters.map(({ name: key, shape }) => [key, shape])).toEqual(Object.entries(golden.parameters));
    expect(buffers.map(({ name: key }) => key)).toEqual(Object.keys(golden.train.buffers!));
  });
});

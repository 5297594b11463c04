import * as ops from '../../src/ops/index.ts';
import { binary, broadcastShape, unary, type Recipe } from './recipes.ts';

/** Recipes of functions that make their result of several operators. */

const activations: Record<string, Recipe> = {
  elu: unary(ops.elu, 'distinct'),
  selu: unary(ops.selu, 'distinct'),
  celu: unary((x) => ops.celu(x, 0.5), 'distinct'),
  gelu: unary(ops.gelu),
  geluTanh: unary(ops.geluTanh),
  softsign: unary(ops.softsign, 'distinct'),
  swish: { build: (x, draw) => ops.swish(x, draw.pick([1, 1.5])) },
  mish: unary(ops.mish),
  hardSigmoid: unary((x) => ops.hardSigmoid(x, 0.75, 0.4), 'distinct'),
  hardSwish: unary((x) => ops.hardSwish(ops.mul(x, 4)), 'distinct'),
  thresholdedRelu: unary((x) => ops.thresholdedRelu(x, 0.25), 'distinct'),
  prelu: {
    domain: 'distinct',
    build: (x, draw) => ops.prelu(x, draw.operand(broadcastShape(x.shape, draw).slice(-x.rank))),
  },
};

const remainders: Record<string, Recipe> = {
  mod: binary((a, b) => ops.mul(ops.mod(a, ops.add(ops.abs(b), 2)), a), ['distinct', 'positive']),
  fmod: binary((a, b) => ops.mul(ops.fmod(a, ops.add(ops.abs(b), 2)), a), ['distinct', 'positive']),
};

export const recipesOfBuilders: Readonly<Record<string, Recipe>> = { ...activations, ...remainders };

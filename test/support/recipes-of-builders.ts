import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import { recipesOfWindowBuilders } from './recipes-of-windows.ts';
import { binary, broadcastShape, reduction, unary, type Recipe } from './recipes.ts';

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

const reductions: Record<string, Recipe> = {
  product: reduction(ops.product, 'real'),
  norm1: reduction(ops.norm1, 'distinct'),
  norm2: reduction(ops.norm2, 'nonzero'),
  sumOfSquares: reduction(ops.sumOfSquares, 'real'),
  logSum: reduction(ops.logSum, 'positive'),
  hardmax: { ranks: [1, 4], domain: 'distinct', build: (x) => ops.mul(ops.hardmax(x), x) },
};

const normalisations: Record<string, Recipe> = {
  layerNorm: {
    ranks: [1, 4],
    build(x, draw) {
      const axis = draw.integer(-x.rank, -1);
      const shape = x.shape.slice(axis);
      return ops.layerNorm(x, draw.operand(shape), draw.operand(shape), { axis, epsilon: 0.1 });
    },
  },
  rmsNorm: { ranks: [1, 4], build: (x, draw) => ops.rmsNorm(x, draw.operand(x.shape.slice(-1)), { epsilon: 0.1 }) },
  instanceNorm: {
    ranks: [3, 4],
    build: (x, draw) => ops.instanceNorm(x, draw.operand([x.shape[1]!]), draw.operand([x.shape[1]!]), 0.1),
  },
  groupNorm: {
    ranks: [3, 4],
    build: (x, draw) => ops.groupNorm(ops.concat([x, x], 1), 2, draw.operand([2 * x.shape[1]!]), undefined, 0.1),
  },
  meanVarianceNormalization: {
    ranks: [4, 4],
    domain: 'distinct',
    build: (x) => ops.meanVarianceNormalization(x, [0, 2, 3], 0.1),
  },
  localResponseNorm: {
    ranks: [3, 4],
    build: (x, draw) => ops.localResponseNorm(x, { size: draw.integer(1, 3), alpha: 0.5 }),
  },
};

const rearrangements: Record<string, Recipe> = {
  tile: { build: (x, draw) => ops.tile(x, x.shape.map(() => draw.integer(1, 2))) },
  split: {
    ranks: [1, 4],
    build(x, draw) {
      const parts = ops.split(ops.concat([x, x], -1), [1, 2 * x.shape.at(-1)! - 1], -1);
      return draw.pick(parts);
    },
  },
  triangle: {
    ranks: [2, 4],
    build: (x, draw) => ops.triangle(x, draw.pick(['upper', 'lower']), draw.integer(-2, 2)),
  },
  depthToSpace: {
    ranks: [4, 4],
    build: (x, draw) => ops.depthToSpace(ops.concat([x, x, ops.square(x), x], 1), 2, draw.pick(['DCR', 'CRD'])),
  },
  spaceToDepth: {
    ranks: [4, 4],
    build: (x) => ops.spaceToDepth(ops.tile(x, [1, 1, 2, 2]), 2),
  },
  interpolate: {
    ranks: [1, 4],
    build: (x, draw) => ops.interpolate(x, draw.integer(-x.rank, -1), draw.pick([[0, 0.25, 1.5, 7], [0, 0], [-1, 0.5]])),
  },
  scatterElements: {
    ranks: [1, 4],
    build: (x, draw) => ops.scatterElements(draw.operand([...x.shape.slice(0, -1), 5]), lastPlaces(x), x, { axis: -1 }),
  },
  scatterND: {
    ranks: [1, 4],
    build: (x, draw) => ops.scatterND(draw.operand([6, ...x.shape.slice(1)]), ops.reshape(ops.range(x.shape[0]!, 'int64', -x.shape[0]!), [-1, 1]), x),
  },
  diagonal: { ranks: [2, 3], build: (x) => ops.diagonal(ops.matmul(x, x, { transB: true }), -1, -2) },
  einsum: {
    ranks: [3, 3],
    build(x, draw) {
      const [b, i, j] = x.shape as [number, number, number];
      return draw.pick([
        () => ops.einsum('bij,bkj->bki', x, draw.operand([b, 2, j])),
        () => ops.einsum('bij,jk', x, draw.operand([j, 3])),
        () => ops.einsum('...ij,...jk->...ik', x, draw.operand([1, j, 2])),
        () => ops.einsum('bij->jb', x),
        () => ops.einsum('bij,i,bk->jk', x, draw.operand([i]), draw.operand([b, 2])),
        () => ops.einsum('bij,bkj->', x, x),
      ])();
    },
  },
};

/** Indices of the last places along an axis of length 5, each once. */
const lastPlaces = (x: Tensor): Tensor =>
  ops.expand(ops.range(x.shape.at(-1)!, 'int64', -x.shape.at(-1)!), x.shape);

export const recipesOfBuilders: Readonly<Record<string, Recipe>> = {
  ...activations,
  ...remainders,
  ...reductions,
  ...normalisations,
  ...rearrangements,
  ...recipesOfWindowBuilders,
};

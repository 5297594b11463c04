import { hostTensor, sizeOf, type Shape } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import { recipesOfIndices } from './recipes-of-indices.ts';
import { recipesOfWindows } from './recipes-of-windows.ts';
import type { Domain, Draw } from './draw.ts';

/** How an operator is put into a random graph: applied to `x`, with random attributes and further operands. */
export interface Recipe {
  /** Where the elements of `x` have to lie for the operator to be smooth there; default `real`. */
  readonly domain?: Domain;
  /** Smallest and largest rank of `x`; default 0 to 4. */
  readonly ranks?: readonly [number, number];
  /** Smallest number of elements for each size of axis 1; default 1. */
  readonly group?: number;
  /** False where the derivative is not the limit of differences, by intention; default true. */
  readonly smooth?: boolean;
  /** A floating-point tensor. */
  build(x: Tensor, draw: Draw): Tensor;
}

export const unary = (build: (x: Tensor) => Tensor, domain: Domain = 'real'): Recipe => ({
  domain,
  build: (x) => build(x),
});

/** A shape that broadcasts with `shape`, up to rank 4: sizes become 1, size 1 grows, axes in front come and go. */
export function broadcastShape(shape: Shape, draw: Draw): number[] {
  const sizes = shape.map((size) => (draw.integer(0, 2) === 0 ? 1 : size === 1 ? draw.integer(1, 3) : size));
  if (draw.integer(0, 3) === 0) return sizes.slice(draw.integer(0, sizes.length));
  return shape.length < 4 && draw.integer(0, 3) === 0 ? [draw.integer(1, 3), ...sizes] : sizes;
}

/** `x` on either side of an operator, with an operand that broadcasts. */
export function binary(
  build: (a: Tensor, b: Tensor) => Tensor,
  domains: readonly [Domain, Domain] = ['real', 'real'],
): Recipe {
  return {
    domain: domains[0],
    build(x, draw) {
      const other = draw.operand(broadcastShape(x.shape, draw), domains[1]);
      return domains[0] === domains[1] && draw.chance() ? build(other, x) : build(x, other);
    },
  };
}

/** Chooses between two functions of `x` by a condition on `x` and another operand. */
const selection = (condition: (a: Tensor, b: Tensor) => Tensor): Recipe =>
  binary((a, b) => ops.where(condition(a, b), ops.square(a), ops.mul(b, 3)), ['distinct', 'between']);

/** Chooses by a condition made from two random truth values. */
const logic = (condition: (a: Tensor, b: Tensor) => Tensor): Recipe => ({
  build(x, draw) {
    const [a, b] = [draw.booleans(broadcastShape(x.shape, draw)), draw.booleans(x.shape)];
    return ops.where(condition(a, b), x, ops.square(x));
  },
});

export const reduction = (build: (x: Tensor, options: ops.ReduceOptions) => Tensor, domain: Domain): Recipe => ({
  domain,
  ranks: [1, 4],
  build: (x, draw) =>
    build(x, { axes: draw.axes(x.rank).map((axis) => (draw.chance() ? axis : axis - x.rank)), keep: draw.chance() }),
});

export const alongAxis = (build: (x: Tensor, axis: number) => Tensor): Recipe => ({
  ranks: [1, 4],
  build: (x, draw) => build(x, draw.integer(-x.rank, x.rank - 1)),
});

const sources: Record<string, Recipe> = {
  Input: { build: (x) => x },
  Constant: {
    build: (x, draw) =>
      ops.mul(
        x,
        ops.constant(
          hostTensor(
            draw.dtype,
            x.shape,
            Float32Array.from({ length: sizeOf(x.shape) }, () => draw.integer(-8, 8) / 4),
          ),
        ),
      ),
  },
  Identity: unary(ops.identity),
  StopGradient: { smooth: false, build: (x) => ops.mul(x, ops.stopGradient(x)) },
  // To another floating-point type and back where that loses nothing, else to a type without derivatives.
  Cast: {
    domain: 'distinct',
    build(x, draw) {
      if (draw.dtype === 'float32' && draw.chance()) return ops.cast(ops.sin(ops.cast(x, 'float64')), 'float32');
      return ops.mul(ops.cast(draw.chance() ? ops.greater(x, 0) : ops.cast(x, 'int64'), draw.dtype), x);
    },
  },
};

const elementwise: Record<string, Recipe> = {
  Exp: unary(ops.exp, 'bounded'),
  Log: unary(ops.log, 'positive'),
  Sqrt: unary(ops.sqrt, 'positive'),
  Reciprocal: { domain: 'nonzero', build: ops.reciprocal },
  Abs: unary(ops.abs, 'distinct'),
  Step: { domain: 'distinct', build: (x) => ops.mul(ops.step(x), x) },
  Sign: { domain: 'distinct', build: (x) => ops.mul(ops.sign(x), x) },
  Sin: unary(ops.sin),
  Cos: unary(ops.cos),
  Erf: unary(ops.erf),
  Tanh: unary(ops.tanh),
  Sigmoid: unary(ops.sigmoid),
  Relu: unary(ops.relu, 'distinct'),
  Neg: unary(ops.neg),
  LeakyRelu: { domain: 'distinct', build: (x, draw) => ops.leakyRelu(x, draw.pick([0.01, 0.2, 1.5])) },
  Add: binary(ops.add),
  Sub: binary(ops.sub),
  Mul: binary(ops.mul),
  Div: binary(ops.div, ['real', 'nonzero']),
  Pow: {
    domain: 'positive',
    build: (x, draw) =>
      ops.pow(x, draw.chance() ? draw.pick([-1, 0.5, 2, 3]) : draw.operand(broadcastShape(x.shape, draw), 'bounded')),
  },
  Max: binary(ops.maximum, ['distinct', 'between']),
  Min: binary(ops.minimum, ['distinct', 'between']),
  Less: selection(ops.less),
  Greater: selection(ops.greater),
  And: logic(ops.and),
  Or: logic(ops.or),
  Not: logic((a, b) => ops.and(ops.not(a), b)),
  Equal: {
    build(x, draw) {
      const [a, b] = [draw.integers(x.shape, 0, 2), draw.integers(broadcastShape(x.shape, draw), 0, 2)];
      return ops.where(ops.equal(a, b), ops.square(x), x);
    },
  },
  Where: {
    build(x, draw) {
      const condition = draw.booleans(broadcastShape(x.shape, draw));
      const other = draw.operand(x.shape.map((size) => (draw.chance() ? 1 : size)));
      return draw.chance() ? ops.where(condition, x, other) : ops.where(ops.not(condition), 2, ops.mul(other, x));
    },
  },
};

const functions: Record<string, Recipe> = {
  Tan: unary(ops.tan, 'bounded'),
  Sinh: unary(ops.sinh, 'bounded'),
  Cosh: unary(ops.cosh, 'bounded'),
  Asin: unary((x) => ops.asin(ops.mul(x, 0.75)), 'bounded'),
  Acos: unary((x) => ops.acos(ops.mul(x, 0.75)), 'bounded'),
  Atan: unary(ops.atan),
  Asinh: unary(ops.asinh),
  Acosh: unary((x) => ops.acosh(ops.add(x, 1)), 'positive'),
  Atanh: unary((x) => ops.atanh(ops.mul(x, 0.75)), 'bounded'),
  Softplus: unary(ops.softplus),
  Floor: { domain: 'distinct', build: (x) => ops.mul(ops.floor(x), x) },
  Ceil: { domain: 'distinct', build: (x) => ops.mul(ops.ceil(x), x) },
  Round: { domain: 'distinct', build: (x) => ops.mul(ops.round(x), x) },
  Clip: {
    domain: 'distinct',
    build: (x, draw) => ops.clip(x, draw.pick([-Infinity, -0.25, 0]), draw.pick([0.125, 0.5, Infinity])),
  },
};

const movement: Record<string, Recipe> = {
  Reshape: { build: (x, draw) => ops.reshape(x, draw.pick([[-1], [1, -1, 1], [x.shape[0] ?? 1, -1]])) },
  Transpose: { build: (x, draw) => ops.transpose(x, draw.order(x.rank)) },
  Expand: {
    build(x, draw) {
      const grown = x.shape.map((size) => (size === 1 ? draw.integer(1, 3) : size));
      return ops.expand(x, x.rank < 4 ? [draw.integer(1, 3), ...grown] : grown);
    },
  },
  Slice: {
    ranks: [1, 4],
    build(x, draw) {
      const ranges = x.shape.map((size) => {
        const [low, high] = [draw.integer(0, size - 1), draw.integer(0, size - 1)].sort((a, b) => a - b) as [
          number,
          number,
        ];
        const step = draw.integer(1, 3);
        return draw.chance() ? [low, high + 1, step] : [high, low - 1, -step];
      });
      const [starts, ends, steps] = [0, 1, 2].map((which) => ranges.map((range) => range[which]!)) as [
        number[],
        number[],
        number[],
      ];
      return ops.sliceRange(x, { starts, ends, steps });
    },
  },
  Pad: {
    build(x, draw) {
      const widths = (): number[] => x.shape.map(() => draw.integer(0, 2));
      return ops.pad(x, widths(), widths(), draw.pick([0, 0.5]));
    },
  },
  Concat: {
    ranks: [1, 4],
    build(x, draw) {
      const axis = draw.integer(-x.rank, x.rank - 1);
      const other = draw.operand(x.shape.with(axis, draw.integer(1, 3)));
      return ops.concat(draw.pick([[x, other], [other, x, x], [x]]), axis);
    },
  },
  Gather: {
    ranks: [1, 4],
    build(x, draw) {
      const axis = draw.integer(-x.rank, x.rank - 1);
      const size = x.shape.at(axis)!;
      return ops.gather(x, draw.integers(draw.shape(draw.integer(0, 2), 3), -size, size - 1), axis);
    },
  },
};

const linear: Record<string, Recipe> = {
  MatMul: {
    ranks: [2, 4],
    build(x, draw) {
      const [transA, transB, first] = [draw.chance(), draw.chance(), draw.chance()];
      const inner = x.shape.at((first ? transA : !transB) ? -2 : -1)!;
      const outer = draw.integer(1, 4);
      const matrix = (first ? transB : !transA) ? [outer, inner] : [inner, outer];
      const batch = draw.chance() ? [] : broadcastShape(x.shape.slice(0, -2), draw).slice(-2);
      const other = draw.operand([...batch, ...matrix]);
      return first ? ops.matmul(x, other, { transA, transB }) : ops.matmul(other, x, { transA, transB });
    },
  },
  Gemm: {
    ranks: [2, 2],
    build(x, draw) {
      const [transA, transB, columns] = [draw.chance(), draw.chance(), draw.integer(1, 4)];
      const [rows, inner] = transA ? [x.shape[1]!, x.shape[0]!] : [x.shape[0]!, x.shape[1]!];
      const addend = draw.operand(draw.pick([[rows, columns], [1, columns], [columns], [rows, 1], []]));
      const other = draw.operand(transB ? [columns, inner] : [inner, columns]);
      return ops.apply('Gemm', [x, other, addend], { transA, transB, alpha: draw.pick([1, -1, 0.5]) });
    },
  },
  BatchNormalizationTraining: {
    ranks: [2, 4],
    group: 3,
    build: (x, draw) =>
      ops.batchNorm(x, draw.operand([x.shape[1]!]), draw.operand([x.shape[1]!]), draw.pick([1e-3, 0.1])),
  },
};

/** One recipe for every operator. */
export const recipes: Readonly<Record<string, Recipe>> = {
  ...sources,
  ...elementwise,
  ...functions,
  ...movement,
  ...recipesOfIndices,
  ...linear,
  ...recipesOfWindows,
  ReduceSum: reduction(ops.sum, 'real'),
  Total: {
    build: (x, draw) => ops.mul(ops.total([ops.square(x), draw.operand([2, 3]), draw.operand([])]), x),
  },
  ReduceMax: reduction(ops.max, 'distinct'),
  Softmax: alongAxis(ops.softmax),
  LogSoftmax: alongAxis(ops.logSoftmax),
};

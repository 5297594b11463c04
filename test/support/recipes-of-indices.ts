import type { Shape } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import type { Draw } from './draw.ts';
import type { Recipe } from './recipes.ts';

/** Recipes of operators that pick, place or order elements along axes. */

/** Random coordinates of elements, some counted from the back: [rows, k]. */
const coordinates = (shape: Shape, k: number, rows: number, draw: Draw): Tensor =>
  ops.concat(
    Array.from({ length: k }, (_, axis) => draw.integers([rows, 1], -shape[axis]!, shape[axis]! - 1)),
    1,
  );

export const recipesOfIndices: Record<string, Recipe> = {
  GatherElements: {
    ranks: [1, 4],
    build(x, draw) {
      const axis = draw.integer(0, x.rank - 1);
      const shape = x.shape.map((size, other) => (other === axis ? draw.integer(1, 3) : draw.integer(1, size)));
      return ops.gatherElements(x, draw.integers(shape, -x.shape[axis]!, x.shape[axis]! - 1), axis);
    },
  },
  ScatterElements: {
    ranks: [1, 4],
    build(x, draw) {
      const axis = draw.integer(0, x.rank - 1);
      const data = draw.operand(x.shape.with(axis, draw.integer(1, 4)));
      const indices = draw.integers(x.shape, -data.shape[axis]!, data.shape[axis]! - 1);
      return ops.scatterElements(data, indices, x, { axis, add: true });
    },
  },
  GatherND: {
    ranks: [1, 4],
    build(x, draw) {
      const batch = draw.integer(0, x.rank - 1);
      const rest = x.shape.slice(batch);
      const rows = coordinates(rest, draw.integer(1, rest.length), 3, draw);
      const indices = ops.expand(rows, [...x.shape.slice(0, batch), ...rows.shape]);
      return ops.gatherND(x, indices, batch);
    },
  },
  ScatterND: {
    ranks: [1, 4],
    build(x, draw) {
      const data = draw.operand([3, 2, ...x.shape.slice(1)]);
      return ops.scatterND(data, coordinates(data.shape, 2, x.shape[0]!, draw), x, { add: true });
    },
  },
  CumSum: {
    ranks: [1, 4],
    build: (x, draw) =>
      ops.cumulativeSum(x, draw.integer(-x.rank, x.rank - 1), { exclusive: draw.chance(), reverse: draw.chance() }),
  },
  ArgMax: {
    ranks: [1, 4],
    domain: 'distinct',
    build: (x, draw) => ops.mul(ops.cast(ops.argMax(x, { axis: draw.integer(0, x.rank - 1), keep: true }), x.dtype), x),
  },
  TopIndices: {
    ranks: [1, 4],
    domain: 'distinct',
    build(x, draw) {
      const axis = draw.integer(0, x.rank - 1);
      return ops.topK(x, draw.integer(1, x.shape[axis]!), { axis, largest: draw.chance() }).values;
    },
  },
};

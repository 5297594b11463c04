import * as ops from '../../src/ops/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import type { Draw } from './draw.ts';
import type { Recipe } from './recipes.ts';

/** Recipes of operators that move a window over an image: convolutions and pools. */

type Pair = [number, number];
type Quad = [number, number, number, number];

interface Windows {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly pads: Quad;
  readonly dilations: Pair;
}

const pair = (make: () => number): Pair => [make(), make()];
const both = (make: (axis: 0 | 1) => number): Pair => [make(0), make(1)];

const span = ({ kernel, dilations }: Windows): Pair => both((axis) => dilations[axis] * (kernel[axis] - 1) + 1);

/** Random windows. `dilate` allows distances within the window; else padding is smaller than the window. */
function anyWindows(draw: Draw, dilate: boolean): Windows {
  const kernel = pair(() => draw.integer(1, 3));
  const pads = [0, 1, 2, 3].map((side) => draw.integer(0, dilate ? 2 : kernel[side % 2]! - 1)) as Quad;
  return {
    kernel,
    strides: pair(() => draw.integer(1, 3)),
    pads,
    dilations: dilate ? pair(() => draw.integer(1, 2)) : [1, 1],
  };
}

/** Random windows that fit into an image. */
function windowsInside(image: readonly number[], draw: Draw, dilate: boolean): Windows {
  const found = anyWindows(draw, dilate);
  const reach = span(found);
  const fits = [0, 1].every((axis) => reach[axis]! <= image[axis]! + found.pads[axis]! + found.pads[axis + 2]!);
  return fits ? found : { kernel: [1, 1], strides: found.strides, pads: [0, 0, 0, 0], dilations: [1, 1] };
}

/** Random windows of a pool, whose padding is smaller than they are; some are dilated, none misses the image. */
function poolWindows(image: readonly number[], draw: Draw): Windows {
  const { kernel, strides } = anyWindows(draw, false);
  const dilations = both((axis) => draw.integer(1, Math.min(2, image[axis]!)));
  const reach = span({ kernel, strides, dilations, pads: [0, 0, 0, 0] });
  const pads = [0, 1, 2, 3].map((side) => draw.integer(0, reach[side % 2]! - 1)) as Quad;
  const fits = [0, 1].every((axis) => reach[axis]! <= image[axis]! + pads[axis]! + pads[axis + 2]!);
  return fits ? { kernel, strides, pads, dilations } : { kernel: [1, 1], strides, pads: [0, 0, 0, 0], dilations: [1, 1] };
}

/** Random windows and the size of an image in which they have `rows`×`columns` positions. */
function imageAround([rows, columns]: readonly number[], draw: Draw): Windows & { size: Pair } {
  const found = anyWindows(draw, true);
  const reach = span(found);
  const left = both((axis) => draw.integer(0, found.strides[axis] - 1));
  const covered = both((axis) => ([rows, columns][axis]! - 1) * found.strides[axis] + reach[axis] + left[axis]);
  const size = both((axis) => covered[axis] - found.pads[axis] - found.pads[axis + 2]!);
  return size.every((length) => length > 0) ? { ...found, size } : { ...found, pads: [0, 0, 0, 0], size: covered };
}

const positions = (image: readonly number[], windows: Windows): Pair =>
  both(
    (axis) =>
      Math.floor(
        (image[axis]! + windows.pads[axis] + windows.pads[axis + 2]! - span(windows)[axis]) / windows.strides[axis],
      ) + 1,
  );

const geometry = ({ strides, pads, dilations }: Windows) => ({ strides, pads, dilations });

/** One group in half of the cases, else a number of groups that the channels can be divided into. */
const anyGroup = (channels: number, draw: Draw): number =>
  draw.chance() ? 1 : draw.pick([1, 2, 3, 4].filter((group) => channels % group === 0));

const pool = ({ kernel, strides, pads, dilations }: Windows) => ({
  kernel,
  strides,
  pads,
  ...(String(dilations) === '1,1' ? {} : { dilations }),
});

export const recipesOfWindows: Record<string, Recipe> = {
  Conv: {
    ranks: [4, 4],
    build(x, draw) {
      const windows = windowsInside(x.shape.slice(2), draw, true);
      const group = anyGroup(x.shape[1]!, draw);
      const out = group * draw.integer(1, 3);
      const weight = draw.operand([out, x.shape[1]! / group, ...windows.kernel]);
      const bias = draw.chance() ? draw.operand([out]) : undefined;
      return ops.conv2d(x, weight, bias, { ...geometry(windows), group });
    },
  },
  ConvInputGradient: {
    ranks: [4, 4],
    build(y, draw) {
      const { size, ...windows } = imageAround(y.shape.slice(2), draw);
      const weight = draw.operand([y.shape[1]!, draw.integer(1, 3), ...windows.kernel]);
      const groups = ops.convAttributes({ ...geometry(windows), group: anyGroup(y.shape[1]!, draw) });
      return ops.apply('ConvInputGradient', [y, weight], { ...groups, size });
    },
  },
  ConvWeightGradient: {
    ranks: [4, 4],
    build(x, draw) {
      const windows = windowsInside(x.shape.slice(2), draw, true);
      const group = anyGroup(x.shape[1]!, draw);
      const out = group * draw.integer(1, 3);
      const cotangent = draw.operand([x.shape[0]!, out, ...positions(x.shape.slice(2), windows)]);
      const groups = ops.convAttributes({ ...geometry(windows), group });
      return ops.apply('ConvWeightGradient', [x, cotangent], { ...groups, kernel: windows.kernel });
    },
  },
  MaxPool: {
    ranks: [4, 4],
    domain: 'distinct',
    build: (x, draw) => ops.maxPool2d(x, { ...poolWindows(x.shape.slice(2), draw), ceilMode: draw.chance() }),
  },
  MaxPoolPick: {
    ranks: [4, 4],
    domain: 'distinct',
    build: (x, draw) =>
      ops.apply('MaxPoolPick', [x, draw.operand(x.shape)], pool(poolWindows(x.shape.slice(2), draw))),
  },
  MaxPoolPlace: {
    ranks: [4, 4],
    domain: 'distinct',
    build(x, draw) {
      const windows = poolWindows(x.shape.slice(2), draw);
      const cotangent = draw.operand([...x.shape.slice(0, 2), ...positions(x.shape.slice(2), windows)]);
      return ops.apply('MaxPoolPlace', [x, cotangent], pool(windows));
    },
  },
  AveragePool: {
    ranks: [4, 4],
    build: (x, draw) =>
      ops.averagePool2d(x, { ...windowsInside(x.shape.slice(2), draw, false), countPadding: draw.chance() }),
  },
};

const poolOptions = (x: Tensor, draw: Draw): ops.PoolOptions => ({
  ...poolWindows(x.shape.slice(2), draw),
  ceilMode: draw.chance(),
});

/** Pools and convolutions that are made of others. */
export const recipesOfWindowBuilders: Record<string, Recipe> = {
  averagePool2d: {
    ranks: [4, 4],
    build: (x, draw) => ops.averagePool2d(x, { ...poolOptions(x, draw), countPadding: draw.chance() }),
  },
  lpPool2d: {
    ranks: [4, 4],
    domain: 'nonzero',
    build: (x, draw) => ops.lpPool2d(x, { ...poolOptions(x, draw), p: draw.pick([1, 2, 3]) }),
  },
  maxPool1d: {
    ranks: [3, 3],
    domain: 'distinct',
    build: (x, draw) => ops.maxPool1d(x, { kernel: 2, pads: [1, 1], dilation: draw.integer(1, Math.min(2, x.shape[2]!)) }),
  },
  maxPool3d: {
    ranks: [3, 3],
    domain: 'distinct',
    build: (x, draw) =>
      ops.maxPool3d(ops.reshape(x, [1, 1, ...x.shape]), {
        kernel: [1, 2, 2],
        strides: [1, draw.integer(1, 2), 1],
        pads: [0, 1, 0, 0, 1, 1],
        ceilMode: draw.chance(),
      }),
  },
  averagePool3d: {
    ranks: [3, 3],
    build: (x, draw) =>
      ops.averagePool3d(ops.reshape(x, [1, 1, ...x.shape]), {
        kernel: [2, 2, 1],
        strides: [1, 2, 1],
        pads: [1, 1, 0, 0, 1, 0],
        ceilMode: draw.chance(),
        countPadding: draw.chance(),
      }),
  },
  globalMaxPool: { ranks: [2, 4], domain: 'distinct', build: (x) => ops.globalMaxPool(ops.reshape(x, [1, ...x.shape])) },
  globalAveragePool: { ranks: [3, 4], build: (x) => ops.globalAveragePool(x) },
  conv1d: {
    ranks: [3, 3],
    build: (x, draw) =>
      ops.conv1d(x, draw.operand([2, x.shape[1]!, 2]), draw.operand([2]), {
        stride: draw.integer(1, 2),
        pads: [1, draw.integer(1, 2)],
        dilation: draw.integer(1, 2),
      }),
  },
  convTranspose2d: {
    ranks: [4, 4],
    build(x, draw) {
      const [kernel, strides] = [pair(() => draw.integer(2, 3)), pair(() => draw.integer(1, 3))];
      const group = anyGroup(x.shape[1]!, draw);
      const weight = draw.operand([x.shape[1]!, draw.integer(1, 2), ...kernel]);
      const options = { strides, pads: [0, 1, 0, 0], outputPadding: pair(() => draw.integer(0, 2)), group } as const;
      return ops.convTranspose2d(x, weight, draw.operand([weight.shape[1]! * group]), options);
    },
  },
  convTranspose1d: {
    ranks: [3, 3],
    build: (x, draw) =>
      ops.convTranspose1d(x, draw.operand([x.shape[1]!, 2, 3]), undefined, { stride: 2, pads: [1, 0], dilation: 2 }),
  },
};

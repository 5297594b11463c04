import { describe, expect, it } from 'vitest';
import { alongSegment, simplify } from '../../src/autodiff/index.ts';
import { hostTensor, randomStream, sizeOf, toFloat64, type HostTensor, type Shape } from '../../src/base/index.ts';
import { graphOrder, type Graph, type Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import { expectClose } from '../support/close.ts';
import { forAll } from '../support/property.ts';
import { composedGraph, floatInputs, type RandomGraph } from '../support/random-graph.ts';

type Values = Readonly<Record<string, HostTensor>>;

const alphas = [0, 0.1, 0.37, 0.5, 0.93, 1];
const nameOf = (source: Tensor): string => source.attributes['name'] as string;
const startName = (name: string): string => `${name}.start`;
const endName = (name: string): string => `${name}.end`;

/** Another point for each source, at no special distance. */
function otherEnds(sources: readonly Tensor[], values: Values, seed: number): Values {
  const stream = randomStream(seed, 'ends');
  return Object.fromEntries(
    sources.map((source) => {
      const name = nameOf(source);
      const moved = toFloat64(values[name]!).map((value) => 0.83 * value + 0.05 * stream.uniform());
      return [name, hostTensor('float64', source.shape, moved)];
    }),
  );
}

/** The graph of all points, and the values of its inputs. */
function segment(outputs: readonly Tensor[], sources: readonly Tensor[], values: Values, ends: Values, at = alphas) {
  const names = sources.map((source) => nameOf(source));
  const starts = sources.map((source, index) => ops.input(startName(names[index]!), source));
  const finals = sources.map((source, index) => ops.input(endName(names[index]!), source));
  const points = alongSegment(outputs, sources, starts, finals, at);
  const moved = names.map((name) => [startName(name), values[name]!] as const);
  const given: Values = {
    ...values,
    ...Object.fromEntries(moved),
    ...Object.fromEntries(names.map((name) => [endName(name), ends[name]!])),
  };
  return { points, given };
}

/** `output` where the sources are at `start + α(end − start)`, by an evaluation of its own. */
function valueAt(output: Tensor, values: Values, ends: Values, alpha: number): Float64Array {
  const moved = Object.entries(ends).map(([name, end]) => {
    const start = toFloat64(values[name]!);
    const last = toFloat64(end);
    const between = start.map((value, index) => (alpha === 1 ? last[index]! : value + alpha * (last[index]! - value)));
    return [name, hostTensor('float64', end.shape, between)];
  });
  return ops.interpret([output], { ...values, ...(Object.fromEntries(moved) as Values) })[0]!.data;
}

function expectEqualAlong(
  { output, values }: Pick<RandomGraph, 'output' | 'values'>,
  sources: readonly Tensor[],
): void {
  const ends = otherEnds(sources, values, 3);
  const { points, given } = segment([output], sources, values, ends);
  const results = ops.interpret(points[0]!, given);
  alphas.forEach((alpha, point) => {
    const expected = valueAt(output, values, ends, alpha);
    const exact = alpha === 0 || alpha === 1;
    const tolerance = exact ? {} : { relative: 1e-9, absolute: 1e-9 };
    expectClose(results[point]!.data, expected, tolerance, `α = ${alpha}`);
  });
}

/** Named float64 inputs with normal values. */
function normalInputs(shapes: Readonly<Record<string, Shape>>): { tensors: Record<string, Tensor>; values: Values } {
  const stream = randomStream(1, 'segment');
  const entries = Object.entries(shapes);
  return {
    tensors: Object.fromEntries(entries.map(([name, shape]) => [name, ops.input(name, { dtype: 'float64', shape })])),
    values: Object.fromEntries(
      entries.map(([name, shape]) => [
        name,
        hostTensor(
          'float64',
          shape,
          Float64Array.from({ length: sizeOf(shape) }, () => stream.normal()),
        ),
      ]),
    ),
  };
}

const mlp = () => {
  const { tensors, values } = normalInputs({
    x: [7, 5],
    w0: [6, 5],
    b0: [6],
    w1: [4, 6],
    b1: [4],
    w2: [3, 4],
    b2: [3],
  });
  const { x, w0, b0, w1, b1, w2, b2 } = tensors as Record<'x' | 'w0' | 'b0' | 'w1' | 'b1' | 'w2' | 'b2', Tensor>;
  const hidden = ops.relu(ops.linear(ops.relu(ops.linear(x, w0, b0)), w1, b1));
  return { output: ops.logSoftmax(ops.linear(hidden, w2, b2)), sources: [w0, b0, w1, b1, w2, b2], values };
};

const convNetwork = () => {
  const { tensors, values } = normalInputs({
    x: [2, 2, 8, 8],
    k0: [3, 2, 3, 3],
    c0: [3],
    k1: [4, 3, 3, 3],
    scale: [4],
    shift: [4],
    w: [3, 16],
  });
  const { x, k0, c0, k1, scale, shift, w } = tensors as Record<
    'x' | 'k0' | 'c0' | 'k1' | 'scale' | 'shift' | 'w',
    Tensor
  >;
  const first = ops.maxPool2d(ops.relu(ops.conv2d(x, k0, c0, { pads: [1, 1, 1, 1] })), { kernel: [2, 2] });
  const second = ops.averagePool2d(
    ops.batchNorm(ops.conv2d(first, k1, undefined, { pads: [1, 1, 1, 1] }), scale, shift),
    {
      kernel: [2, 2],
    },
  );
  return {
    output: ops.linear(ops.reshape(ops.tanh(second), [2, 16]), w),
    sources: [k0, c0, k1, scale, shift, w],
    values,
  };
};

const countNodes = (graph: Graph, ...operators: readonly string[]): number =>
  graphOrder(graph).filter((tensor) => operators.includes(tensor.operator)).length;

describe('values along a segment', () => {
  it('of a fully connected network are those of separate evaluations, and at the ends the same bits', () => {
    const { output, sources, values } = mlp();
    expectEqualAlong({ output, values }, sources);
  });

  it('of a convolutional network with batch normalisation and pooling are those of separate evaluations', () => {
    const { output, sources, values } = convNetwork();
    expectEqualAlong({ output, values }, sources);
  });

  it('of random graphs are those of separate evaluations, whichever inputs move', () => {
    forAll(
      composedGraph('float64'),
      (graph) => {
        const movable = floatInputs(graph);
        expectEqualAlong(graph, movable);
        expectEqualAlong(graph, movable.slice(0, 1));
      },
      150,
    );
  });

  it('need the first layer twice, however many points there are', () => {
    const products = (count: number): number => {
      const { output, sources, values } = mlp();
      const points = Array.from({ length: count }, (_, index) => (index + 1) / count);
      const { points: results } = segment([output], sources, values, otherEnds(sources, values, 1), points);
      const graph = simplify({ inputs: {}, outputs: { all: ops.stack(results[0]!, 0) } });
      return countNodes(graph, 'MatMul', 'Gemm');
    };
    expect([2, 10, 25].map(products)).toEqual([2 + 2 * 2, 2 + 2 * 10, 2 + 2 * 25]);
  });

  it('need the first convolution twice, however many points there are', () => {
    const { output, sources, values } = convNetwork();
    const points = Array.from({ length: 9 }, (_, index) => (index + 1) / 10);
    const { points: results } = segment([output], sources, values, otherEnds(sources, values, 1), points);
    expect(countNodes(simplify({ inputs: {}, outputs: { all: ops.stack(results[0]!, 0) } }), 'Conv')).toBe(2 + 9);
  });

  it('are one tensor for all points where nothing moves, and the sources themselves for a source', () => {
    const { tensors, values } = normalInputs({ x: [3], y: [3] });
    const [x, y] = [tensors['x']!, tensors['y']!];
    const still = ops.exp(y);
    const { points, given } = segment([still, x], [x], values, otherEnds([x], values, 2));
    expect(new Set(points[0])).toEqual(new Set([still]));
    const [start, , , , , end] = ops.interpret(points[1]!, given);
    expect(start!.data).toEqual(values['x']!.data);
    expect(end!.data).toEqual(given[endName('x')]!.data);
  });

  it('stay finite through padding with −∞, which has no points between its ends', () => {
    const { tensors, values } = normalInputs({ x: [1, 2] });
    const x = tensors['x']!;
    const output = ops.max(ops.pad(ops.mul(x, 2), [1, 0], [0, 1], -Infinity), { axes: [1] });
    const ends = otherEnds([x], values, 2);
    const { points, given } = segment([output], [x], values, ends);
    ops.interpret(points[0]!, given).forEach(({ data }, point) => {
      const expected = valueAt(output, values, ends, alphas[point]!);
      expect(data[0]).toBe(-Infinity);
      expect(data[1]).toBeCloseTo(expected[1]!, 12);
    });
  });
});

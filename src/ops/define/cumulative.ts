import { hostTensor } from '../../base/index.ts';
import { int, type Tensor } from '../../graph/index.ts';
import { define } from '../apply.ts';
import { cumulativeSum } from '../build/index.ts';
import type { Dense, PrimitiveOperator } from '../definition.ts';
import { attributeError, flag, number, requireFloat } from '../infer.ts';
import { dense } from './dense.ts';

/** Operators that go along one axis in order: running sums, and where the largest elements are. */

/** Calls `visit` with the positions of the elements of every line along `axis`. */
function forEachLine(shape: readonly number[], axis: number, visit: (line: readonly number[]) => void): void {
  const inner = shape.slice(axis + 1).reduce((size, length) => size * length, 1);
  const outer = shape.slice(0, axis).reduce((size, length) => size * length, 1);
  for (let block = 0; block < outer; block++)
    for (let offset = 0; offset < inner; offset++)
      visit(Array.from({ length: shape[axis]! }, (_, at) => (block * shape[axis]! + at) * inner + offset));
}

const options = ({ attributes }: Tensor) => ({
  exclusive: flag(attributes, 'exclusive'),
  reverse: flag(attributes, 'reverse'),
});

// Linear; the transpose sums from the other end
define({
  kind: 'primitive',
  name: 'CumSum',
  infer: ([x]) => (requireFloat(x!), x!),
  reference([x], attributes, type) {
    const result = dense(type.shape);
    forEachLine(type.shape, number(attributes, 'axis'), (line) => {
      let total = 0;
      for (const position of flag(attributes, 'reverse') ? line.toReversed() : line) {
        const after = total + x!.data[position]!;
        result.data[position] = flag(attributes, 'exclusive') ? total : after;
        total = after;
      }
    });
    return result;
  },
  jvp: (output, [tangent]) => cumulativeSum(tangent!, number(output.attributes, 'axis'), options(output)),
  vjp(output, cotangent) {
    const { exclusive, reverse } = options(output);
    return [cumulativeSum(cotangent, number(output.attributes, 'axis'), { exclusive, reverse: !reverse })];
  },
  lower(lowering, tensor, [x]) {
    const { exclusive, reverse } = options(tensor);
    const axis = lowering.constant(hostTensor('int64', [], [number(tensor.attributes, 'axis')]));
    return lowering.node('CumSum', [x!, axis], { exclusive: int(Number(exclusive)), reverse: int(Number(reverse)) });
  },
} satisfies PrimitiveOperator);

/** Places 0 … length−1 along a line, the largest element first; of equal ones the first, or the last. */
function ranking(x: Dense, line: readonly number[], lastOfEqual: boolean): number[] {
  const places = line.map((_, at) => at);
  const value = (at: number): number => x.data[line[at]!]!;
  return places.sort((a, b) => value(b) - value(a) || (lastOfEqual ? b - a : a - b));
}

define({
  kind: 'primitive',
  name: 'ArgMax',
  infer([x], attributes) {
    requireFloat(x!);
    return { dtype: 'int64', shape: x!.shape.with(number(attributes, 'axis'), 1) };
  },
  reference([x], attributes, type) {
    const places: number[] = [];
    forEachLine(x!.shape, number(attributes, 'axis'), (line) =>
      places.push(ranking(x!, line, flag(attributes, 'last'))[0]!),
    );
    return dense(type.shape, Float64Array.from(places));
  },
  jvp: () => null,
  vjp: () => [null],
  lower: (lowering, tensor, inputs) =>
    lowering.node('ArgMax', inputs, {
      axis: int(number(tensor.attributes, 'axis')),
      keepdims: int(1),
      select_last_index: int(Number(flag(tensor.attributes, 'last'))),
    }),
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'TopIndices',
  infer([x], attributes) {
    requireFloat(x!);
    const [axis, k] = [number(attributes, 'axis'), number(attributes, 'k')];
    const size = x!.shape[axis]!;
    if (!Number.isInteger(k) || k < 1 || k > size) attributeError(`k in [1, ${size}], not ${k}`);
    return { dtype: 'int64', shape: x!.shape.with(axis, k) };
  },
  reference([x], attributes, type) {
    const result = dense(type.shape);
    const tops: number[][] = [];
    const axis = number(attributes, 'axis');
    forEachLine(x!.shape, axis, (line) => tops.push(ranking(x!, line, false)));
    let which = 0;
    forEachLine(type.shape, axis, (line) => {
      line.forEach((position, rank) => (result.data[position] = tops[which]![rank]!));
      which++;
    });
    return result;
  },
  jvp: () => null,
  vjp: () => [null],
  lower(lowering, tensor, [x]) {
    const { axis, k } = tensor.attributes as { axis: number; k: number };
    return lowering.nodes('TopK', [x!, lowering.integers([k])], 2, { axis: int(axis) })[1]!;
  },
} satisfies PrimitiveOperator);

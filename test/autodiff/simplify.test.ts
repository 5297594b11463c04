import { describe, expect, it } from 'vitest';
import { simplify } from '../../src/autodiff/index.ts';
import { graphOrder, type Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import { expectClose } from '../support/close.ts';
import { Draw } from '../support/draw.ts';

/** An expression of x [3,4], y [4,3], z [3,4], row [4], cube [2,3,4]; the operators that are left of it. */
type Rule = readonly [text: string, build: (t: Record<string, Tensor>) => Tensor, left: readonly string[]];

const zeros = (...shape: number[]): Tensor => ops.zerosLike({ dtype: 'float64', shape });
const turned = [0, 2, 1];

const rules: readonly Rule[] = [
  ['x + 0 = x', ({ x }) => ops.add(x!, 0), []],
  ['0 + x = x', ({ x }) => ops.add(zeros(1, 4), x!), []],
  ['row + 0 of another shape is broadcast', ({ row }) => ops.add(row!, zeros(3, 4)), ['Expand']],
  ['x + x = 2x', ({ x }) => ops.add(x!, x!), ['Constant', 'Mul']],
  ['3x + 3x = 6x', ({ x }) => ops.add(ops.mul(x!, 3), ops.mul(x!, 3)), ['Constant', 'Mul']],
  ['x + (−z) = x − z', ({ x, z }) => ops.add(x!, ops.neg(z!)), ['Sub']],
  ['(−x) + z = z − x', ({ x, z }) => ops.add(ops.neg(x!), z!), ['Sub']],
  ['x − 0 = x', ({ x }) => ops.sub(x!, 0), []],
  ['0 − x = −x', ({ x }) => ops.sub(0, x!), ['Neg']],
  ['x − (−z) = x + z', ({ x, z }) => ops.sub(x!, ops.neg(z!)), ['Add']],
  ['1·x = x', ({ x }) => ops.mul(1, x!), []],
  ['x·(−1) = −x', ({ x }) => ops.mul(x!, -1), ['Neg']],
  ['(2x)·3 = 6x', ({ x }) => ops.mul(ops.mul(2, x!), 3), ['Constant', 'Mul']],
  ['(−x)·(−z) = x·z', ({ x, z }) => ops.mul(ops.neg(x!), ops.neg(z!)), ['Mul']],
  ['x/1 = x', ({ x }) => ops.div(x!, 1), []],
  ['−(−x) = x', ({ x }) => ops.neg(ops.neg(x!)), []],
  ['a broadcast that the operator does by itself', ({ x, row }) => ops.mul(ops.expand(row!, [3, 4]), x!), ['Mul']],
  ['(xᵀ)ᵀ = x', ({ x }) => ops.transpose(ops.transpose(x!)), []],
  ['two transposes are one', ({ cube }) => ops.transpose(ops.transpose(cube!, [1, 2, 0]), turned), ['Transpose']],
  [
    'a transpose that moves only axes of size 1 is a reshape',
    ({ row }) => ops.transpose(ops.reshape(row!, [1, 4, 1]), [2, 0, 1]),
    ['Reshape'],
  ],
  ['two reshapes are one', ({ x }) => ops.reshape(ops.reshape(x!, [2, 6]), [12]), ['Reshape']],
  ['reshapes that undo each other', ({ x }) => ops.reshape(ops.reshape(x!, [12]), [3, 4]), []],
  [
    'a reshaped broadcast number is a broadcast number',
    ({ one }) => ops.reshape(ops.expand(one!, [3, 4]), [12]),
    ['Reshape', 'Expand'],
  ],
  ['two broadcasts are one', ({ row }) => ops.expand(ops.expand(row!, [3, 4]), [2, 3, 4]), ['Expand']],
  ['xᵀ·z by a flag', ({ x, z }) => ops.matmul(ops.transpose(x!), z!), ['MatMul']],
  ['x·zᵀ by a flag', ({ x, z }) => ops.matmul(x!, ops.transpose(z!)), ['MatMul']],
  [
    'transposes that cancel a flag',
    ({ x, y }) => ops.matmul(ops.transpose(x!), ops.transpose(y!), { transA: true, transB: true }),
    ['MatMul'],
  ],
  ['a batch of transposes by a flag', ({ cube }) => ops.matmul(ops.transpose(cube!, turned), cube!), ['MatMul']],
  [
    'a batch transposed otherwise stays',
    ({ cube, x }) => ops.matmul(x!, ops.transpose(cube!, [1, 2, 0])),
    ['Transpose', 'MatMul'],
  ],
  ['a sum over an axis of size 1', ({ one }) => ops.sum(one!, { keep: true }), []],
  ['a maximum over an axis of size 1', ({ one }) => ops.max(one!, { keep: true }), []],
  ['a slice of everything', ({ x }) => ops.slice(x!, 1, 0, 4), []],
  ['a reversed axis stays', ({ x }) => ops.flip(x!, [1]), ['Slice']],
  ['a pad by nothing', ({ x }) => ops.pad(x!, [0, 0], [0, 0]), []],
  ['a concatenation of one', ({ x }) => ops.concat([x!], 0), []],
  ['an identity', ({ x }) => ops.identity(ops.identity(x!)), []],
  [
    'an operator on constants',
    ({ x }) => ops.add(x!, ops.exp(ops.mul(ops.full(2, { dtype: 'float64', shape: [] }), 3))),
    ['Constant', 'Add'],
  ],
  [
    'a common part',
    ({ x, z }) => ops.sub(ops.exp(ops.mul(x!, z!)), ops.sin(ops.mul(x!, z!))),
    ['Mul', 'Exp', 'Sin', 'Sub'],
  ],
  ['a product and a sum', ({ x, y, one }) => ops.add(ops.matmul(x!, y!), one!), ['Gemm']],
  ['a sum less a product', ({ x, y, one }) => ops.sub(one!, ops.matmul(x!, y!)), ['Gemm']],
  ['a product less a sum stays', ({ x, y, one }) => ops.sub(ops.matmul(x!, y!), one!), ['MatMul', 'Sub']],
  ['x·0 stays: x may be infinite', ({ x }) => ops.mul(x!, 0), ['Constant', 'Mul']],
];

const draw = new Draw(1, 'float64');
const [x, y, z, row, cube, one] = [[3, 4], [4, 3], [3, 4], [4], [2, 3, 4], [1, 1]].map((shape) =>
  draw.input(shape),
) as [Tensor, ...Tensor[]];
const tensors = { x, y: y!, z: z!, row: row!, cube: cube!, one: one! };

describe('simplification', () => {
  it.each(rules)('knows: %s', (_, build, left) => {
    const outputs = { result: build(tensors) };
    const simple = simplify({ inputs: draw.inputs, outputs });
    ops.verify(simple);
    const [before, after] = [outputs.result, simple.outputs['result']!].map(
      (output) => ops.interpret([output], draw.values)[0]!,
    );
    expectClose(after!.data, before!.data, { relative: 1e-14 });
    expect(after!.shape).toEqual(before!.shape);
    expect(graphOrder(simple).flatMap(({ operator }) => (operator === 'Input' ? [] : [operator]))).toEqual(left);
  });

  it('keeps declared inputs and the names of outputs, and what is an output twice', () => {
    const graph = simplify({ inputs: draw.inputs, outputs: { a: ops.identity(x), b: x } });
    expect(graph.inputs).toBe(draw.inputs);
    expect(graph.outputs).toEqual({ a: x, b: x });
  });

  it('handles chains that are deeper than the call stack', () => {
    let deep = x;
    for (let step = 0; step < 10_000; step++) deep = ops.add(ops.sin(deep), 0);
    expect(graphOrder(simplify({ inputs: draw.inputs, outputs: { deep } })).length).toBe(10_001);
  });
});

import { int, type Tensor } from '../../graph/index.ts';
import { sizeOf, type Shape } from '../../base/index.ts';
import { define } from '../apply.ts';
import { add, matmul, reshape, sumTo, transpose } from '../build/index.ts';
import type { PerExampleRule, PrimitiveOperator } from '../definition.ts';
import { broadcastShapes, commonDType, flag, requireFloat, shapeError } from '../infer.ts';
import { broadcastPositions, dense } from './dense.ts';

const lastTwo = (shape: Shape, transposed: boolean): [rows: number, columns: number] => {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
};

const transposition = (tensor: Tensor): { transA: boolean; transB: boolean } => ({
  transA: flag(tensor.attributes, 'transA'),
  transB: flag(tensor.attributes, 'transB'),
});

/** Whether all rows of a batch of matrices meet the same matrix: one product of stacked rows. */
const isStacked = ({ inputs: [a, b], attributes }: Tensor): boolean =>
  a!.rank > 2 && b!.rank === 2 && !flag(attributes, 'transA');

const stacked = (x: Tensor): Tensor => reshape(x, [-1, x.shape.at(-1)!]);

/** Rows [n, …, size] as columns of each example: [n, size, rows of an example]. */
const columnsOfEach = (x: Tensor): Tensor =>
  x.rank === 2 ? reshape(x, [...x.shape, 1]) : transpose(reshape(x, [x.shape[0]!, -1, x.shape.at(-1)!]), [0, 2, 1]);

/**
 * Rows of x and of the cotangent of each example: `G_i = Σ_p x_ip ȳ_ipᵀ` for y = xW, `Σ_p ȳ_ip x_ipᵀ` for y = xWᵀ. A matrix of
 * an example has a row for each position p, a vector is the only one.
 */
export function weightGradients(output: Tensor, operand: number): PerExampleRule | null {
  const [x, weight] = output.inputs as [Tensor, Tensor];
  const { transA, transB } = transposition(output);
  if (operand !== 1 || transA || output.rank !== x.rank || weight.rank !== 2) return null;
  const inputs = columnsOfEach(x);
  return (cotangent) => ({
    kind: 'products',
    cotangents: columnsOfEach(cotangent),
    inputs,
    transposed: !transB,
  });
}

define({
  kind: 'primitive',
  name: 'MatMul',
  infer([a, b], attributes) {
    requireFloat(a!, b!);
    if (a!.shape.length < 2 || b!.shape.length < 2) shapeError('matrices (rank at least 2)');
    const [rows, inner] = lastTwo(a!.shape, flag(attributes, 'transA'));
    const [otherInner, columns] = lastTwo(b!.shape, flag(attributes, 'transB'));
    if (inner !== otherInner) shapeError(`equal inner sizes, not ${inner} and ${otherInner}`);
    return {
      dtype: commonDType([a!, b!]),
      shape: [...broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), rows, columns],
    };
  },
  reference([a, b], attributes, type) {
    const [transA, transB] = [flag(attributes, 'transA'), flag(attributes, 'transB')];
    const [rows, inner] = lastTwo(a!.shape, transA);
    const columns = lastTwo(b!.shape, transB)[1];
    const batch = type.shape.slice(0, -2);
    const result = dense(type.shape);
    const fromA = broadcastPositions(a!.shape.slice(0, -2), batch);
    const fromB = broadcastPositions(b!.shape.slice(0, -2), batch);
    for (let matrix = 0; matrix < sizeOf(batch); matrix++)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          let total = 0;
          for (let k = 0; k < inner; k++) {
            const left = a!.data[fromA[matrix]! * rows * inner + (transA ? k * rows + row : row * inner + k)]!;
            total +=
              left * b!.data[fromB[matrix]! * inner * columns + (transB ? column * inner + k : k * columns + column)]!;
          }
          result.data[(matrix * rows + row) * columns + column] = total;
        }
    return result;
  },
  // (AB)˙ = ȦB + AḂ
  jvp(output, [da, db]) {
    const [a, b] = output.inputs as [Tensor, Tensor];
    const options = transposition(output);
    const terms = [da && matmul(da, b, options), db && matmul(a, db, options)].filter((term) => term !== null);
    return terms.reduce((one, other) => add(one!, other!))!;
  },
  // Ā = ȲBᵀ and B̄ = AᵀȲ; transposed once more when the operand was given transposed
  vjp(output, cotangent, wanted) {
    const [a, b] = output.inputs as [Tensor, Tensor];
    const { transA, transB } = transposition(output);
    const forA = (): Tensor =>
      transA ? matmul(b, cotangent, { transA: transB, transB: true }) : matmul(cotangent, b, { transB: !transB });
    if (isStacked(output)) {
      const [rows, bars] = [stacked(a), stacked(cotangent)];
      const forB = (): Tensor => (transB ? matmul(bars, rows, { transA: true }) : matmul(rows, bars, { transA: true }));
      return [wanted[0] ? forA() : null, wanted[1] ? forB() : null];
    }
    const forB = (): Tensor =>
      transB ? matmul(cotangent, a, { transA: true, transB: transA }) : matmul(a, cotangent, { transA: !transA });
    return [wanted[0] ? sumTo(forA(), a.shape) : null, wanted[1] ? sumTo(forB(), b.shape) : null];
  },
  perExample: weightGradients,
  lower(lowering, tensor, [a, b]) {
    const { transA, transB } = transposition(tensor);
    const [left, right] = tensor.inputs as [Tensor, Tensor];
    if (isStacked(tensor)) {
      const rows = lowering.node('Reshape', [a!, lowering.integers([-1, left.shape.at(-1)!])]);
      const product = transB
        ? lowering.node('Gemm', [rows, b!], { transA: int(0), transB: int(1) })
        : lowering.node('MatMul', [rows, b!]);
      return lowering.node('Reshape', [product, lowering.integers(tensor.shape)]);
    }
    if (!transA && !transB) return lowering.node('MatMul', [a!, b!]);
    if (left.rank === 2 && right.rank === 2)
      return lowering.node('Gemm', [a!, b!], { transA: int(Number(transA)), transB: int(Number(transB)) });
    const turned = (name: string, { rank }: Tensor, turn: boolean): string => {
      const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
      return turn ? lowering.node('Transpose', [name], { perm: { type: 'ints', value: perm } }) : name;
    };
    return lowering.node('MatMul', [turned(a!, left, transA), turned(b!, right, transB)]);
  },
} satisfies PrimitiveOperator);

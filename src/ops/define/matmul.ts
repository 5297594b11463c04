import { int, type Tensor } from '../../graph/index.ts';
import { sizeOf, type Shape } from '../../base/index.ts';
import { define } from '../apply.ts';
import { add, matmul, reshape, sumTo } from '../build/index.ts';
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

/** One row of x and of the cotangent for each example: `G_i = x_i ȳ_iᵀ` for y = xW, `ȳ_i x_iᵀ` for y = xWᵀ. */
export function weightGradients(output: Tensor, operand: number): PerExampleRule | null {
  const [x, weight] = output.inputs as [Tensor, Tensor];
  const { transA, transB } = transposition(output);
  if (operand !== 1 || transA || output.rank !== 2 || weight.rank !== 2) return null;
  const inputs = reshape(x, [...x.shape, 1]);
  return (cotangent) => ({
    kind: 'products',
    cotangents: reshape(cotangent, [...cotangent.shape, 1]),
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
    const forB = (): Tensor =>
      transB ? matmul(cotangent, a, { transA: true, transB: transA }) : matmul(a, cotangent, { transA: !transA });
    return [wanted[0] ? sumTo(forA(), a.shape) : null, wanted[1] ? sumTo(forB(), b.shape) : null];
  },
  perExample: weightGradients,
  lower(lowering, tensor, [a, b]) {
    const { transA, transB } = transposition(tensor);
    const [left, right] = tensor.inputs as [Tensor, Tensor];
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

import { ThalwegError } from '../base/index.ts';
import { topologicalOrder, type Tensor } from '../graph/index.ts';
import { atUserLine } from '../ops/index.ts';
import { elementwise } from './elementwise.ts';

/** Element-wise operators of several tensors. */
const withOperands = 'Add Sub Mul Div Pow Max Min Equal Less Greater And Or Where'.split(' ');

type Condition = (tensor: Tensor, carries: readonly boolean[]) => boolean;

/**
 * Whether an operator, given inputs of which some have the examples along axis 0 (`carries`), has them there as well, each
 * computed from its own row and what all share. Its result has as many rows as those inputs; that is checked for all.
 */
const conditions: Readonly<Record<string, Condition>> = {
  ...each(
    withOperands,
    // Broadcasting aligns axes at the right.
    (tensor, carries) => tensor.inputs.every((input, index) => !carries[index] || input.rank === tensor.rank),
  ),
  ...each(
    [...elementwise].filter((operator) => !withOperands.includes(operator)),
    () => true,
  ),
  ...each(['Not', 'StopGradient', 'MaxPool', 'AveragePool'], () => true),
  // Row-major order: equally many rows are the same rows.
  Reshape: () => true,
  Expand: ({ inputs: [x], rank }) => x!.rank === rank,
  Transpose: ({ attributes }) => list(attributes['order'])[0] === 0,
  Slice: ({ attributes }) => list(attributes['starts'])[0] === 0 && list(attributes['steps'])[0] === 1,
  Pad: ({ attributes }) => list(attributes['before'])[0] === 0,
  Concat: ({ attributes }) => attributes['axis'] !== 0,
  ...each(['ReduceSum', 'ReduceMax'], ({ attributes }) => !list(attributes['axes']).includes(0)),
  ...each(
    ['Softmax', 'LogSoftmax', 'CumSum', 'ArgMax', 'TopIndices'],
    ({ attributes }) => attributes['axis'] !== 0,
  ),
  ...each(['GatherElements', 'ScatterElements'], ({ attributes }, [left, right]) =>
    Boolean(left && right && attributes['axis'] !== 0),
  ),
  Gather: ({ attributes }, [rows, indices]) => (rows ? !indices && attributes['axis'] !== 0 : attributes['axis'] === 0),
  MatMul: isProductOfRows,
  Gemm: (tensor, carries) => isProductOfRows(tensor, carries) && (!carries[2] || tensor.inputs[2]!.rank === 2),
  ...each(['Conv', 'ConvInputGradient'], (_, carries) => !carries[1]),
};

function each(operators: readonly string[], condition: Condition): Record<string, Condition> {
  return Object.fromEntries(operators.map((operator) => [operator, condition]));
}

const list = (value: unknown): readonly number[] => value as readonly number[];

/** Rows of examples times a matrix, or a matrix for each example. */
function isProductOfRows({ inputs, rank, attributes }: Tensor, carries: readonly boolean[]): boolean {
  if (rank === 2) return !carries[1] && attributes['transA'] === false;
  return inputs.every((input, index) => !carries[index] || input.rank === rank);
}

/**
 * The tensors that hold the examples along axis 0, row i computed from row i of `examples` and from what all examples share.
 * Follows every operator on the way to `outputs`. Throws `NO_PER_EXAMPLE_RULE` with the operator in which examples meet, or
 * move to another axis.
 */
export function examplesIn(outputs: readonly Tensor[], examples: readonly Tensor[]): ReadonlySet<Tensor> {
  const count = examples[0]?.shape[0];
  const carriers = new Set(examples);
  for (const tensor of topologicalOrder(outputs)) {
    const carries = tensor.inputs.map((input) => carriers.has(input));
    if (!carries.includes(true)) continue;
    const keepsApart = tensor.shape[0] === count && conditions[tensor.operator]?.(tensor, carries) === true;
    if (!keepsApart)
      throw new ThalwegError(
        'NO_PER_EXAMPLE_RULE',
        `per-example derivatives: expected operators that keep examples apart along axis 0, got ${tensor.toString()}${atUserLine(tensor.origin)}`,
      );
    carriers.add(tensor);
  }
  return carriers;
}

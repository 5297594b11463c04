import { checkInteger, inputError } from './check.ts';
import { createOperator, type LinearOperator } from './operator.ts';
import { zeros, type Vector } from './vectors.ts';

/** Indices `offset … offset+size−1` of a vector, e.g. of one parameter. */
export interface IndexRange {
  readonly offset: number;
  readonly size: number;
}

/**
 * `P A Pᵀ`, the diagonal block of A that belongs to some of its indices: P takes the elements in `ranges` (disjoint, at
 * least one), in their order; Pᵀ puts them back among zeros. Its size is the sum of theirs; symmetric if A is.
 */
export function restricted(operator: LinearOperator, ranges: readonly IndexRange[]): LinearOperator {
  checkRanges(operator, ranges);
  const size = ranges.reduce((total, range) => total + range.size, 0);
  const take = (v: Vector): Vector => {
    const part = zeros(operator.dtype, size);
    eachRange(ranges, ({ offset, size: length }, at) => part.set(v.subarray(offset, offset + length), at));
    return part;
  };
  const putBack = (part: Vector): Vector => {
    const v = zeros(operator.dtype, operator.size);
    eachRange(ranges, ({ offset, size: length }, at) => v.set(part.subarray(at, at + length), offset));
    return v;
  };
  return createOperator({
    dtype: operator.dtype,
    symmetric: operator.symmetric,
    name: `${operator.name}[${ranges.map(({ offset, size: length }) => `${offset}:${offset + length}`).join(', ')}]`,
    size,
    product: async (part) => take(await operator.apply(putBack(part))),
    products: async (parts) => (await operator.applyMany(parts.map(putBack))).map(take),
  });
}

/** Calls `visit` with each range and its place among the elements that were taken. */
function eachRange(ranges: readonly IndexRange[], visit: (range: IndexRange, at: number) => void): void {
  let at = 0;
  for (const range of ranges) {
    visit(range, at);
    at += range.size;
  }
}

function checkRanges({ size }: LinearOperator, ranges: readonly IndexRange[]): void {
  if (ranges.length === 0) throw inputError('restricted', 'expected at least one range', 'none');
  let end = 0;
  for (const range of [...ranges].sort((a, b) => a.offset - b.offset)) {
    checkInteger('restricted', 'offset', range.offset, [0, size - 1]);
    checkInteger('restricted', 'size', range.size, [1, size - range.offset]);
    if (range.offset < end) throw inputError('restricted', 'expected disjoint ranges', `index ${range.offset} twice`);
    end = range.offset + range.size;
  }
}

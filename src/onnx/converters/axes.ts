import type { NodeCall } from '../call.ts';

/** An axis counted from the front. */
export function axisOf(call: NodeCall, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (!(at >= 0 && at < rank)) call.fail(`an axis in [${-rank}, ${rank - 1}], got ${axis}`);
  return at;
}

/** Axes counted from the front, each once; undefined stays. */
export function axesOf(call: NodeCall, axes: readonly number[] | undefined, rank: number): number[] | undefined {
  const found = axes?.map((axis) => axisOf(call, axis, rank));
  if (found && new Set(found).size !== found.length) call.fail(`axes that differ, got [${found.join(',')}]`);
  return found;
}

import { inliers } from '../statistics/index.ts';
import { scatterFigure } from './scatter.ts';
import type { ScatterGroup } from './scatter.ts';
import type { FigureCaption, FigureLook, FigureSpecification } from './specification.ts';

/** What the scatter of Hessian traces shows: one number for each example in each column. */
export interface TraceScatterData extends FigureCaption {
  /** tr H_i */
  readonly trace: ArrayLike<number>;
  /** 1 where the example is classified correctly. */
  readonly correct: ArrayLike<number>;
  /** What the traces are compared with: affine traces and margin bounds. */
  readonly proxies: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
}

/**
 * Hessian traces of single examples over what margins say of them (row M-corr; figures 2 and 3 of paper M): a panel for each
 * proxy, examples that are classified correctly and the others as two groups. Outliers by their local outlier factor are
 * hollow; the line of each group is fitted without them, and so is the r of the legend.
 */
export function traceScatterFigure(
  { title, subtitle, trace, correct, proxies }: TraceScatterData,
  look: FigureLook = {},
): FigureSpecification {
  const panels = proxies.map(({ name, values }) => ({
    title: name,
    x: { label: name },
    y: { label: 'Hessian trace' },
    groups: [1, 0].map((flag): ScatterGroup => {
      const members = Array.from(trace, (_, index) => index).filter((index) => (correct[index] === 1) === (flag === 1));
      const [x, y] = [members.map((index) => values[index]!), members.map((index) => trace[index]!)];
      return { label: flag === 1 ? 'correct' : 'wrong', x, y, outliers: outliersOf(x, y) };
    }),
  }));
  return scatterFigure({ id: 'traces', title, subtitle, panels, fitted: true }, look);
}

/** Whether each pair is an outlier; a pair that is not finite has no neighbours and is none. */
function outliersOf(x: readonly number[], y: readonly number[]): boolean[] {
  const finite = x.flatMap((value, index) => (Number.isFinite(value) && Number.isFinite(y[index]) ? [index] : []));
  const inside = new Set(
    inliers(
      finite.map((index) => x[index]!),
      finite.map((index) => y[index]!),
    ).map((at) => finite[at]!),
  );
  const outside = new Set(finite.filter((index) => !inside.has(index)));
  return x.map((_, index) => outside.has(index));
}

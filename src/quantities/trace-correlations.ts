import type { ExampleEvaluation } from '../curvature/index.ts';
import { inliers, pearsonCorrelation, type Sample } from '../statistics/index.ts';
import type { Reading } from './quantity.ts';

/** What traces are correlated with. */
const proxies = {
  affineInput: ({ affineTrace }: ExampleEvaluation) => affineTrace.input,
  affineFeatures: ({ affineTrace }: ExampleEvaluation) => affineTrace.features,
  boundInput: ({ marginBound }: ExampleEvaluation) => marginBound.input,
  boundFeatures: ({ marginBound }: ExampleEvaluation) => marginBound.features,
} as const;
const proxyNames = Object.keys(proxies) as (keyof typeof proxies)[];

/** Fewest pairs that have a correlation with an interval. */
const fewest = 4;

/**
 * Pearson's r of the Hessian traces of examples with each proxy (row M-corr): of the correctly classified examples (coordinate 1)
 * and of the others (coordinate 0), of all of them and without those that are outliers of the scatter by a local outlier factor
 * above 1.5. A group of fewer than four examples has no reading.
 *
 * The standard error is `(1 − r²)/√(n − 3)`, that of Fisher's z taken to r; with n, the reading's `examples`, the interval is
 * `tanh(artanh r ± 1.96/√(n − 3))`. r is NaN where a trace is not finite or one side is constant.
 */
export function traceCorrelations(traces: Float64Array, evaluation: ExampleEvaluation): Reading[] {
  const found: Reading[] = [];
  for (const coordinate of [1, 0]) {
    const members = [...traces.keys()].filter((index) => (evaluation.correct[index] === 1) === (coordinate === 1));
    const y = members.map((index) => traces[index]!);
    for (const proxy of proxyNames) {
      const column = proxies[proxy](evaluation);
      const x = members.map((index) => column[index]!);
      const inside = inliers(x, y);
      found.push(
        ...correlationReading(`exampleTrace.correlation.${proxy}`, x, y, coordinate),
        ...correlationReading(
          `exampleTrace.inlierCorrelation.${proxy}`,
          inside.map((index) => x[index]!),
          inside.map((index) => y[index]!),
          coordinate,
        ),
      );
    }
  }
  return found;
}

function correlationReading(series: Reading['series'], x: Sample, y: Sample, coordinate: number): Reading[] {
  const examples = y.length;
  if (examples < fewest) return [];
  const r = isFinite(x) && isFinite(y) ? pearsonCorrelation(x, y).r : NaN;
  return [{ series, coordinate, value: r, standardError: (1 - r * r) / Math.sqrt(examples - 3), examples }];
}

/** Whether all numbers of a sample are finite. */
const isFinite = (sample: Sample): boolean => Array.from(sample).every(Number.isFinite);

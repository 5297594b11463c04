import type { KeptMeasurement } from '../../../src/contract/index.ts';
import { localOutlierFactors } from '../../../src/statistics/index.ts';

/** What Hessian traces of single examples are compared with, by the name of its column. */
export const proxies = {
  affineFeatures: 'affine trace of the top layer’s features',
  affineInput: 'affine trace of the input',
  boundFeatures: 'margin bound of the top layer’s features',
  boundInput: 'margin bound of the input',
} as const;
export type Proxy = keyof typeof proxies;
export const proxyNames = Object.keys(proxies) as Proxy[];

/** One training example of a measurement. */
export interface ExampleValue {
  /** In the training set. */
  readonly position: number;
  readonly label: number;
  readonly isCorrect: boolean;
  /** tr H_i */
  readonly trace: number;
  /** What the trace is compared with. */
  readonly proxy: number;
  /** Local outlier factor among the examples that are classified correctly, or among the others; NaN where it is not defined. */
  readonly factor: number;
}

/** The examples of a measurement of Hessian traces, in its order. */
export function exampleValues({ columns }: KeptMeasurement, proxy: Proxy): ExampleValue[] {
  const column = (name: string): number[] => (columns[name] ?? []).map(Number);
  const [positions, labels, traces, values] = [column('position'), column('label'), column('value'), column(proxy)];
  const correct = column('correct').map((flag) => flag === 1);
  const factors = factorsOf(values, traces, correct);
  return positions.map((position, index) => ({
    position,
    label: labels[index]!,
    isCorrect: correct[index]!,
    trace: traces[index]!,
    proxy: values[index]!,
    factor: factors[index]!,
  }));
}

/** k of the local outlier factor (row M-corr). */
const neighbours = 20;
/** Fewest points among which there are outliers. */
const fewest = 4;

function factorsOf(x: readonly number[], y: readonly number[], correct: readonly boolean[]): number[] {
  const factors = new Array<number>(x.length).fill(NaN);
  for (const flag of [true, false]) {
    const members = x.flatMap((value, index) =>
      correct[index] === flag && Number.isFinite(value) && Number.isFinite(y[index]) ? [index] : [],
    );
    if (members.length < fewest) continue;
    const axes = [members.map((index) => x[index]!), members.map((index) => y[index]!)];
    const own = localOutlierFactors(axes, { neighbours: Math.min(neighbours, members.length - 1) });
    members.forEach((index, place) => (factors[index] = own[place]!));
  }
  return factors;
}

/** Largest outlier factor first; those without one last, by their trace. */
export const byOutlierFactor = (examples: readonly ExampleValue[]): ExampleValue[] => {
  const rank = ({ factor }: ExampleValue): number => (Number.isNaN(factor) ? -Infinity : factor);
  return [...examples].sort((a, b) => rank(b) - rank(a) || b.trace - a.trace || a.position - b.position);
};

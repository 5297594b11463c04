import { hostTensor, randomStream, type RandomStream } from '../../base/index.ts';
import { lossGrid } from '../../nn/index.ts';
import { input, interpret } from '../../ops/index.ts';
import type { Computed, ComputationRequest, ComputedExperiment } from '../paper.ts';
import { seeds } from './experiments.ts';
import { lossNames, type LossName, type Scaled } from './setting.ts';

/** Random cases for each property. */
const draws: Scaled<number> = { smoke: 100, laptop: 200, paper: 400 };

/**
 * Each loss of an example with two classes against `z = s_y − s_j`: parameter → values at every z. Gcdf is `Φ(−z/(σ√2))`, the
 * hinge loss `max(0, γ − z)`, cross-entropy `log(1 + exp(−z/T))`; in float64, by the losses that networks are trained on.
 */
export function lossShapes(z: readonly number[], values: readonly number[]): Record<LossName, readonly number[][]> {
  const n = z.length;
  const [scores, labels, norms] = [
    input('scores', { dtype: 'float64', shape: [n, 2] }),
    input('labels', { dtype: 'int64', shape: [n] }),
    input('norms', { dtype: 'float64', shape: [n] }),
  ];
  const grid = lossGrid({ gcdf: values, crossEntropy: values, hinge: values }, scores, labels, norms);
  const results = interpret([grid.gcdf!, grid.crossEntropy!, grid.hinge!], {
    scores: hostTensor(
      'float64',
      [n, 2],
      z.flatMap((value) => [value, 0]),
    ),
    labels: hostTensor('int64', [n], new Array<number>(n).fill(0)),
    norms: hostTensor('float64', [n], new Array<number>(n).fill(1)),
  });
  const rows = (index: number): number[][] => {
    const data = Array.from(results[index]!.data, Number);
    return values.map((_, row) => data.slice(row * n, (row + 1) * n));
  };
  const [gcdf, crossEntropy, hinge] = [rows(0), rows(1), rows(2)];
  return { gcdf, crossEntropy, hinge };
}

/** Counts over random cases, the same ones for each loss. */
function compute({ seed, options }: ComputationRequest): Promise<Computed> {
  const [stream, cases] = [randomStream(seed, 'G-shape'), Number(options.draws)];
  const [heavier, concave] = [heavierTails(cases, stream), concaveErrors(cases, stream)];
  const numbers: Record<string, number> = { cases };
  for (const loss of lossNames) {
    numbers[`${loss}.heavier`] = heavier[loss];
    numbers[`${loss}.concave`] = concave[loss];
  }
  return Promise.resolve({ numbers, arrays: {} });
}

/** Log-uniform in [0.25, 16]. */
const drawParameter = (stream: RandomStream): number => 0.25 * 64 ** stream.uniform();

type Counts = Record<LossName, number>;

/**
 * In how many of `cases` the larger of two parameters leaves the larger share `ℓ(z)/ℓ(0)` of the loss at z > 0; z is uniform up
 * to the larger parameter, beyond which the hinge loss is 0 for both.
 */
function heavierTails(cases: number, stream: RandomStream): Counts {
  return countOf(cases, () => {
    const pair = [drawParameter(stream), drawParameter(stream)];
    const [small, large] = [Math.min(...pair), Math.max(...pair)];
    const shapes = lossShapes([large * stream.uniform(), 0], [small, large]);
    return (loss) => {
      const [ofSmall, ofLarge] = shapes[loss].map(([away, at0]) => away! / at0!);
      return ofLarge! > ofSmall!;
    };
  });
}

/**
 * In how many of `cases` the loss of an error lies above its chord, in the middle of two values of z < 0. They are uniform in
 * units of the parameter, so that float64 tells a curve from its chord.
 */
function concaveErrors(cases: number, stream: RandomStream): Counts {
  return countOf(cases, () => {
    const parameter = drawParameter(stream);
    const [from, to] = [-3 * parameter * stream.uniform(), -3 * parameter * stream.uniform()];
    const shapes = lossShapes([from, (from + to) / 2, to], [parameter]);
    return (loss) => {
      const [left, middle, right] = shapes[loss][0]!;
      return middle! > ((left! + right!) / 2) * (1 + rounding);
    };
  });
}

/** A straight line lies above its chord by rounding alone. */
const rounding = 1e-12;

/** In how many of `cases` each loss has a property; the losses share their cases. */
function countOf(cases: number, draw: () => (loss: LossName) => boolean): Counts {
  const counts: Counts = { gcdf: 0, crossEntropy: 0, hinge: 0 };
  for (let index = 0; index < cases; index++) {
    const holds = draw();
    for (const loss of lossNames) counts[loss] += Number(holds(loss));
  }
  return counts;
}

export const shapeExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'G-shape',
  title: 'Shapes of the three losses',
  description:
    'Properties of the losses of an example with two classes, against the difference z of its scores, are counted over random z ' +
    'and parameters.',
  differences: 'The paper shows curves; that they have their properties everywhere is counted over random cases here.',
  rows: ['G-shape'],
  seeds,
  version: 1,
  seconds: { smoke: 1, laptop: 2, paper: 4 },
  needs: [],
  trials: (scale) => [{ condition: {}, options: { draws: draws[scale] } }],
  compute,
};

import { randomStream, type RandomStream } from '../../base/index.ts';
import type { ComputedExperiment } from '../paper.ts';
import { numberOption } from './measuring.ts';

/** `1 − Σ_j a_j²` of a distribution over classes (row M-simplex): 0 where it is certain, `1 − 1/C` where it is uniform. */
export const confidenceGap = (a: readonly number[]): number => 1 - a.reduce((sum, p) => sum + p * p, 0);

/** The margin `a_y − max_{j≠y} a_j` of a distribution for the class `label`. */
const marginOf = (a: readonly number[], label: number): number =>
  a[label]! - Math.max(...a.filter((_, index) => index !== label));

/** A uniform point of the simplex of `classes` classes: gaps between sorted uniform numbers. */
export function drawDistribution(classes: number, stream: RandomStream): number[] {
  const cuts = Array.from({ length: classes - 1 }, () => stream.uniform()).sort((one, other) => one - other);
  return [...cuts, 1].map((cut, index) => cut - (cuts[index - 1] ?? 0));
}

/** Points of a triangular grid with `steps` steps along each edge, row by row. */
export const simplexGrid = (steps: number): [x: number, y: number][] =>
  Array.from({ length: steps + 1 }, (_, i) => i).flatMap((i) =>
    Array.from({ length: steps + 1 - i }, (_, j): [number, number] => [i / steps, j / steps]),
  );

/** What rounding may do to numbers of size 1. */
const rounding = 1e-12;

/** Row M-simplex: the confidence of a prediction over three classes (figure 1), and what the bound of section 3.1 rests on. */
export const simplexShape: ComputedExperiment = {
  kind: 'computed',
  id: 'M-simplex',
  title: 'Confidence over the simplex',
  description:
    'The function 1 − Σ a_j² on a grid over the simplex of three classes; and for random pairs of points, whether it is concave ' +
    'between them, lower than at the centre, above zero inside, and below 1 − a_y² and 1 − γ².',
  differences: null,
  rows: ['M-simplex'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  version: 1,
  needs: [],
  trials: (scale) => [
    { condition: {}, options: { steps: scale === 'smoke' ? 24 : 60, pairs: scale === 'smoke' ? 200 : 2000 } },
  ],
  async compute(request) {
    const [steps, pairs] = [numberOption(request, 'steps'), numberOption(request, 'pairs')];
    const grid = simplexGrid(steps);
    const values = grid.map(([x, y]) => confidenceGap([x, y, 1 - x - y]));
    return {
      numbers: { pairs, ...countPairs(randomStream(request.seed, 'M-simplex'), pairs) },
      arrays: { x: grid.map(([x]) => x), y: grid.map(([, y]) => y), value: values },
    };
  },
};

/** Of so many random pairs (a, b) and a random label: how many have each property. */
function countPairs(
  stream: RandomStream,
  pairs: number,
): Record<'concave' | 'belowCentre' | 'positive' | 'bounded', number> {
  const counts = { concave: 0, belowCentre: 0, positive: 0, bounded: 0 };
  const centre = confidenceGap([1 / 3, 1 / 3, 1 / 3]);
  for (let pair = 0; pair < pairs; pair++) {
    const [a, b] = [drawDistribution(3, stream), drawDistribution(3, stream)];
    const [share, label] = [stream.uniform(), a.indexOf(Math.max(...a))];
    const between = a.map((value, index) => share * value + (1 - share) * b[index]!);
    const chord = share * confidenceGap(a) + (1 - share) * confidenceGap(b);
    if (confidenceGap(between) >= chord - rounding) counts.concave++;
    if (confidenceGap(a) <= centre + rounding) counts.belowCentre++;
    if (confidenceGap(a) > 0) counts.positive++;
    const [byLabel, byMargin] = [1 - a[label]! ** 2, 1 - marginOf(a, label) ** 2];
    if (confidenceGap(a) <= byLabel + rounding && byLabel <= byMargin + rounding) counts.bounded++;
  }
  return counts;
}

import { randomStream, type RandomStream } from '../../base/index.ts';
import { impurity } from '../../figures/index.ts';
import type { ComputedExperiment } from '../paper.ts';
import { numberOption } from './measuring.ts';

/** The margin `a_y − max_{j≠y} a_j` of a distribution for the class `label`. */
const marginOf = (a: readonly number[], label: number): number =>
  a[label]! - Math.max(...a.filter((_, index) => index !== label));

/** A uniform point of the simplex of `classes` classes: gaps between sorted uniform numbers. */
export function drawDistribution(classes: number, stream: RandomStream): number[] {
  const cuts = Array.from({ length: classes - 1 }, () => stream.uniform()).sort((one, other) => one - other);
  return [...cuts, 1].map((cut, index) => cut - (cuts[index - 1] ?? 0));
}

/** What rounding may do to numbers of size 1. */
const rounding = 1e-12;

/** Row M-simplex: the confidence of a prediction over three classes (figure 1), and what the bound of section 3.1 rests on. */
export const simplexShape: ComputedExperiment = {
  kind: 'computed',
  id: 'M-simplex',
  title: 'Confidence over the simplex',
  description:
    'For random pairs of points of the simplex of three classes: whether 1 − Σ a_j² is concave between them, at most what it is ' +
    'at the centre, above zero inside, and at most 1 − a_y² and 1 − γ².',
  differences: null,
  rows: ['M-simplex'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  version: 1,
  seconds: { smoke: 1, laptop: 1, paper: 1 },
  needs: [],
  trials: (scale) => [{ condition: {}, options: { pairs: scale === 'smoke' ? 1000 : 10_000 } }],
  async compute(request) {
    const pairs = numberOption(request, 'pairs');
    return { numbers: { pairs, ...countPairs(randomStream(request.seed, 'M-simplex'), pairs) }, arrays: {} };
  },
};

/** Of so many random pairs (a, b) and a random label: how many have each property. */
function countPairs(
  stream: RandomStream,
  pairs: number,
): Record<'concave' | 'belowCentre' | 'positive' | 'bounded', number> {
  const counts = { concave: 0, belowCentre: 0, positive: 0, bounded: 0 };
  const centre = impurity([1 / 3, 1 / 3, 1 / 3]);
  for (let pair = 0; pair < pairs; pair++) {
    const [a, b] = [drawDistribution(3, stream), drawDistribution(3, stream)];
    const [share, label] = [stream.uniform(), a.indexOf(Math.max(...a))];
    const between = a.map((value, index) => share * value + (1 - share) * b[index]!);
    const chord = share * impurity(a) + (1 - share) * impurity(b);
    if (impurity(between) >= chord - rounding) counts.concave++;
    if (impurity(a) <= centre + rounding) counts.belowCentre++;
    if (impurity(a) > 0) counts.positive++;
    const [byLabel, byMargin] = [1 - a[label]! ** 2, 1 - marginOf(a, label) ** 2];
    if (impurity(a) <= byLabel + rounding && byLabel <= byMargin + rounding) counts.bounded++;
  }
  return counts;
}

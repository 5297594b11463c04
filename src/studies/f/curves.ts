import type { Measured } from '../../claims/index.ts';
import type { Condition, SeriesName } from '../../contract/index.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { learningCurve, meanOf, pairs, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { figureSteps, type FigureSteps, type Step } from './networks.ts';

/** The runs of one figure: an experiment, and the loss where it has several. */
interface Curves {
  readonly row: string;
  readonly experiment: string;
  readonly loss: Condition;
  /** In a claim's sentence. */
  readonly under: string;
  readonly place: string;
  /** Appended to the names of the claims. */
  readonly suffix: string;
}

type Accuracy = 'train.accuracy' | 'test.accuracy';

/** Curves of accuracy at the same epochs: those of a setting of one seed. */
type CurveOf = (step: Step) => number[];

/** Mean over epochs of the difference of two curves; with `absolute` of its size. */
function between(curveOf: CurveOf, one: Step, other: Step, size: (difference: number) => number = Math.abs): number {
  const differences = pairs(curveOf(one), curveOf(other)).map(([a, b]) => size(a - b));
  return meanOf('difference of two curves', differences);
}

function overSeeds(
  { experiment, loss }: Curves,
  evidence: Evidence,
  series: SeriesName,
  measure: (curveOf: CurveOf, steps: FigureSteps) => number,
): Measured {
  const steps = figureSteps(evidence.scale);
  return perSeed(evidence, (seed) =>
    measure((step) => learningCurve(trialOf(evidence, experiment, seed, { ...loss, ...step }), series), steps),
  );
}

/** Two points of accuracy: about what can be told apart by eye between two curves on an axis from 0 to 1. */
const visible = 0.02;

const equal = (curves: Curves, series: Accuracy, name: string, of: string): Claim => ({
  id: `${curves.row}.${name}${curves.suffix}`,
  row: curves.row,
  place: curves.place,
  statement: `Under ${curves.under}, multiplying batch size and learning rate by the same number leaves the curve of ${of} accuracy as it is.`,
  quantity: `mean over epochs of the difference in ${of} accuracy of two settings with equal ratios (share)`,
  hypothesis: { kind: 'equivalent', margin: visible },
  needs: [curves.experiment],
  measure: (evidence) =>
    overSeeds(curves, evidence, series, (curveOf, steps) =>
      between(curveOf, ...steps.equal, (difference) => difference),
    ),
});

const different = (curves: Curves): Claim => ({
  id: `${curves.row}.different${curves.suffix}`,
  row: curves.row,
  place: curves.place,
  statement: `Under ${curves.under}, curves of training accuracy with far ratios of batch size and learning rate differ more than curves with equal ones.`,
  quantity:
    'mean over epochs of |difference in training accuracy| between far and equal ratios, less the same between the two equal ones (share)',
  // Half of what can be told apart: a smaller excess would not be seen beside the spread of equal ratios.
  hypothesis: { kind: 'mean', smallest: visible / 2 },
  needs: [curves.experiment],
  measure: (evidence) =>
    overSeeds(
      curves,
      evidence,
      'train.accuracy',
      (curveOf, steps) => farDistance(curveOf, steps) - between(curveOf, ...steps.equal),
    ),
});

const near = (curves: Curves): Claim => ({
  id: `${curves.row}.near${curves.suffix}`,
  row: curves.row,
  place: curves.place,
  statement: `Under ${curves.under}, a ratio of batch size and learning rate that is close to another one gives a closer curve than a far one.`,
  quantity:
    'mean over epochs of |difference in training accuracy| between far and equal ratios, less the same between the near and equal ones (share)',
  hypothesis: { kind: 'mean', smallest: visible / 2 },
  needs: [curves.experiment],
  measure: (evidence) =>
    overSeeds(
      curves,
      evidence,
      'train.accuracy',
      (curveOf, steps) => farDistance(curveOf, steps) - distanceFrom(curveOf, steps, steps.near),
    ),
});

/** Mean distance of a setting from the two with equal ratios. */
const distanceFrom = (curveOf: CurveOf, { equal: [one, two] }: FigureSteps, step: Step): number =>
  (between(curveOf, step, one) + between(curveOf, step, two)) / 2;

const farDistance = (curveOf: CurveOf, steps: FigureSteps): number =>
  meanOf(
    'far ratios',
    steps.far.map((step) => distanceFrom(curveOf, steps, step)),
  );

const kullbackLeibler: Curves = {
  row: 'F-kld',
  experiment: 'F-kld',
  loss: {},
  under: 'the Kullback–Leibler loss',
  place: 'section 5.1, figure 2',
  suffix: '',
};

const gradient: Curves = {
  row: 'F-log',
  experiment: 'F-log',
  loss: { loss: 'log-loss-gradient' },
  under: 'the squared gradient of the log loss',
  place: 'section 5.2, figure 3',
  suffix: '',
};

const logLoss: Curves = { ...gradient, loss: { loss: 'log-loss' }, under: 'the log loss', suffix: '-log-loss' };

/** What figures 2 and 3 show, and the same for the log loss itself, of which the paper says nothing of near ratios. */
export const curveClaims: readonly Claim[] = [
  ...[kullbackLeibler, gradient, logLoss].flatMap((curves) => [
    equal(curves, 'train.accuracy', 'equal', 'training'),
    equal(curves, 'test.accuracy', 'equal-validation', 'validation'),
    different(curves),
  ]),
  near(kullbackLeibler),
  near(gradient),
];

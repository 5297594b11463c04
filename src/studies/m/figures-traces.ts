import { boxesFigure, confidenceSimplexFigure, linesFigure, scatterFigure } from '../../figures/index.ts';
import { readings, trialOf, type EvidenceTrial } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { meanCurve } from './along.ts';
import { scaledAt } from './claims-shape.ts';
import { mnistExamples, type Method } from './cost.ts';
import { arrayName } from './example-traces.ts';
import { kept } from './readings.ts';
import { networks, networkTitles } from './settings.ts';

const simplex: PaperFigure = {
  id: 'M-simplex.confidence',
  row: 'M-simplex',
  place: 'figure 1',
  title: 'Confidence over three classes',
  caption:
    'The factor 1 − Σ a_j² of the affine trace over all distributions a of three classes: 0 where one class is certain.',
  needs: [],
  claims: ['M-simplex.concave', 'M-simplex.centre', 'M-simplex.positive', 'M-simplex.bounded'],
  draw: (_, options) => confidenceSimplexFigure(options),
};

const affine: PaperFigure = {
  id: 'M-aceht.figure2',
  row: 'M-aceht',
  place: 'figure 2',
  title: 'Affine trace and Hessian trace of an affine classifier',
  caption:
    'Each training example of MNIST at arbitrary parameters: the closed form against the exact Hessian trace and against ' +
    'Hutchinson’s estimate of it. One seed: the first.',
  needs: ['M-affine-traces'],
  claims: ['M-aceht.affine', 'M-aceht.estimate'],
  draw(evidence, options) {
    const trial = trialOf(evidence, 'M-affine-traces', evidence.seeds[0]!);
    const x = trial.array('arbitrary.affine');
    return scatterFigure(
      {
        id: 'M-aceht.figure2',
        title: 'Affine trace, exact Hessian trace and its estimate: an affine classifier',
        subtitle: `one point for each example; seed ${trial.seed}`,
        fitted: true,
        panels: [
          {
            title: 'affine classifier of MNIST, arbitrary parameters',
            x: { label: 'affine trace' },
            y: { label: 'Hessian trace' },
            groups: [
              { label: 'Hutchinson’s estimate', x, y: trial.array('arbitrary.estimate') },
              { label: 'exact trace', x, y: trial.array('arbitrary.exact') },
            ],
          },
        ],
      },
      options,
    );
  },
};

const errors: PaperFigure = {
  id: 'M-ht.errors',
  row: 'M-ht',
  place: 'figure 2',
  title: 'Errors of estimated Hessian traces',
  caption:
    'The distance of Hutchinson’s estimate from the exact trace, and its standard error, for each example of the affine ' +
    'classifier. One seed: the first.',
  needs: ['M-affine-traces'],
  claims: ['M-ht.agree', 'M-ht.inaccuracy'],
  draw(evidence, options) {
    const trial = trialOf(evidence, 'M-affine-traces', evidence.seeds[0]!);
    const [exact, estimate] = [trial.array('arbitrary.exact'), trial.array('arbitrary.estimate')];
    return scatterFigure(
      {
        id: 'M-ht.errors',
        title: 'Errors of estimated Hessian traces: an affine classifier',
        subtitle: `one point for each example; seed ${trial.seed}`,
        fitted: true,
        panels: [
          {
            title: 'Hutchinson’s method, one example at a time',
            x: { label: 'exact trace' },
            y: { label: 'error' },
            groups: [
              {
                label: 'distance from the exact trace',
                x: exact,
                y: estimate.map((value, k) => Math.abs(value - exact[k]!)),
              },
              { label: 'standard error', x: exact, y: trial.array('arbitrary.standardError') },
            ],
          },
        ],
      },
      options,
    );
  },
};

/** Points of a scatter on logarithmic axes: correctly classified examples at the end. */
const correctAtEnd = (trial: EvidenceTrial, name: 'top' | 'affineFeatures' | 'affineInput' | 'boundInput'): number[] =>
  kept(trial.array(arrayName('end', name)), trial.array(arrayName('end', 'correct')));

const top: PaperFigure = {
  id: 'M-aceht.top-layer',
  row: 'M-aceht',
  place: 'section 3.2, beyond the paper',
  title: 'The affine trace of the features, and the top layer’s trace',
  caption: 'Correctly classified training examples at the end of training, both axes logarithmic. One seed: the first.',
  needs: ['M-examples'],
  claims: ['M-aceht.top'],
  draw: (evidence, options) =>
    scatterFigure(
      {
        id: 'M-aceht.top-layer',
        title: 'Affine trace of the features and exact trace of the top layer’s block',
        subtitle: `one point for each correctly classified example at the end; seed ${evidence.seeds[0]!}`,
        columns: networks.length,
        panels: networks.map((network) => {
          const trial = trialOf(evidence, 'M-examples', evidence.seeds[0]!, { network });
          return {
            title: networkTitles[network],
            x: { label: 'affine trace of the features', scale: 'log' as const },
            y: { label: 'exact trace of the top layer', scale: 'log' as const },
            groups: [{ label: 'an example', x: correctAtEnd(trial, 'affineFeatures'), y: correctAtEnd(trial, 'top') }],
            references: [{ kind: 'identity' as const, label: 'equal' }],
          };
        }),
      },
      options,
    ),
};

const bound: PaperFigure = {
  id: 'M-bound.gap',
  row: 'M-bound',
  place: 'section 3.1',
  title: 'The margin bound and the affine trace',
  caption: 'Correctly classified training examples at the end of training, both axes logarithmic. One seed: the first.',
  needs: ['M-examples'],
  claims: ['M-bound.upper', 'M-bound.affine', 'M-bound.tightens'],
  draw: (evidence, options) =>
    scatterFigure(
      {
        id: 'M-bound.gap',
        title: 'Margin bound and affine trace',
        subtitle: `one point for each correctly classified example at the end; seed ${evidence.seeds[0]!}`,
        columns: networks.length,
        panels: networks.map((network) => {
          const trial = trialOf(evidence, 'M-examples', evidence.seeds[0]!, { network });
          return {
            title: networkTitles[network],
            x: { label: 'affine trace', scale: 'log' as const },
            y: { label: 'margin bound', scale: 'log' as const },
            groups: [
              { label: 'an example', x: correctAtEnd(trial, 'affineInput'), y: correctAtEnd(trial, 'boundInput') },
            ],
            references: [{ kind: 'identity' as const, label: 'equal' }],
          };
        }),
      },
      options,
    ),
};

const scaled = { largestEntry: 'largest second derivative', spectralNorm: 'spectral norm', trace: 'trace' } as const;

const scaling: PaperFigure = {
  id: 'M-scale.alpha',
  row: 'M-scale',
  place: 'proposition 5.1, corollary 5.2',
  title: 'Second derivatives as the top layer grows',
  caption:
    'The Hessian of the training loss of a fully fitted network with its top layer’s parameters times α, both axes logarithmic; mean over all seeds ' +
    'of the logarithm. What is below 1e-30, or has become zero, is not drawn. Predictions stay the same.',
  needs: ['M-scale'],
  claims: ['M-scale.vanishes', 'M-scale.flat', 'M-scale.predictions'],
  draw: (evidence, options) =>
    linesFigure(
      {
        id: 'M-scale.alpha',
        title: 'Second derivatives of a fully fitted set as the top layer is scaled',
        subtitle: 'Hessian of the training loss, in float64; geometric mean over seeds',
        x: { label: 'α', scale: 'log' },
        panels: [
          {
            title: 'Hessian at T_α(θ)',
            y: { label: null, scale: 'log', domain: [1e-30, 1e3] },
            curves: (['largestEntry', 'spectralNorm', 'trace'] as const).map((name) => ({
              color: scaled[name],
              ...geometric(meanCurve(evidence.trials('M-scale'), (trial) => alphaPoints(trial, name))),
            })),
          },
        ],
      },
      options,
    ),
};

/** log₁₀ of a number of the scaled network at each α. */
function alphaPoints(trial: EvidenceTrial, name: keyof typeof scaled): [number, number][] {
  const at = scaledAt(trial);
  return readings(trial, `topScaling.${name}`, { from: at, to: at }).map(({ coordinate, value }) => [
    coordinate,
    Math.log10(Math.abs(value)),
  ]);
}

const geometric = ({ curve, seeds }: ReturnType<typeof meanCurve>) => ({
  curve: { x: curve.x, y: curve.y.map((power) => 10 ** power) },
  seeds,
});

const methodTitles: Readonly<Record<Method, string>> = {
  margins: 'margins',
  exact: 'exact traces',
  hutchinson: 'Hutchinson, whole chunks',
  oneByOne: 'Hutchinson, one by one',
};
export const methods = Object.entries(methodTitles) as [Method, string][];

const cost: PaperFigure = {
  id: 'M-cost.times',
  row: 'M-cost',
  place: 'section 3.2.1',
  title: 'Time for all of MNIST',
  caption:
    'Wall time, counted up to 60,000 examples, of margins and of Hessian traces of LeNet on this machine: one point for each seed, the axis logarithmic.',
  needs: ['M-cost'],
  claims: ['M-cost.one-by-one', 'M-cost.exact', 'M-cost.remains', 'M-cost.argument'],
  draw: (evidence, options) =>
    boxesFigure(
      {
        id: 'M-cost.times',
        title: 'What margins and Hessian traces of all of MNIST cost',
        subtitle: 'LeNet, wall time on this machine; estimates with 20 random directions',
        quantity: 'time for 60,000 examples',
        x: { label: 'time', unit: 's', scale: 'log' },
        point: 'seed',
        categories: methods.map(([method, label]) => ({
          label,
          values: evidence.trials('M-cost').map((trial) => mnistExamples * trial.number(method)),
        })),
      },
      options,
    ),
};

export const tracesFigures: readonly PaperFigure[] = [simplex, affine, top, bound, errors, scaling, cost];

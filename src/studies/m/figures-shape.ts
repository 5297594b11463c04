import { boxesFigure, confidenceSimplexFigure, linesFigure } from '../../figures/index.ts';
import { meanThrough, type MeanCurve } from '../curves.ts';
import { readings, type EvidenceTrial } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { scaledAt } from './claims-shape.ts';
import { mnistExamples, type Method } from './cost.ts';

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
              ...geometric(meanThrough(evidence.trials('M-scale'), (trial) => alphaPoints(trial, name))),
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

const geometric = ({ curve, seeds }: MeanCurve) => ({
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

export const simplexFigures: readonly PaperFigure[] = [simplex];
export const shapeFigures: readonly PaperFigure[] = [scaling, cost];

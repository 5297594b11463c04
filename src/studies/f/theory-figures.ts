import { linesFigure, type GroupedCurve } from '../../figures/index.ts';
import { meanCurve } from '../curves.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';

/** A column over the steps, mean over seeds, as a curve. */
function curveOf(evidence: Evidence, experiment: string, name: string, title: string): GroupedCurve {
  const arrays = evidence.seeds.map((seed) => trialOf(evidence, experiment, seed).array(name));
  const step = trialOf(evidence, experiment, evidence.seeds[0]!).array('step');
  const { curve, seeds } = meanCurve(step, arrays);
  return { color: title, curve, seeds };
}

/** A line of slope q through the last point of a curve, for the eye. */
function slope({ curve: { x, y } }: GroupedCurve, order: number) {
  const [at, height] = [x.at(-1)!, y.at(-1)!];
  return { x, y: x.map((value) => height * (value / at) ** order) };
}

const riccati: PaperFigure = {
  id: 'F-ricc.steps',
  row: 'F-ricc',
  place: 'equation 11',
  title: 'Stationary covariance of SGD against the Riccati equation',
  caption:
    'Relative Frobenius distance of the covariance of the chains to (δ/m)Γ, to the exact law of a finite step on a quadratic with the same Hessian and noise, and what sampling alone makes; mean over seeds.',
  needs: ['F-ricc'],
  claims: ['F-ricc.quadratic', 'F-ricc.logistic', 'F-ricc.finite-step'],
  draw: (evidence, look) =>
    linesFigure(
      {
        id: 'F-ricc.steps',
        title: 'Stationary covariance of SGD',
        subtitle: 'relative Frobenius distance, mean over seeds',
        x: { label: 'step δ', scale: 'log' },
        columns: 2,
        panels: (['quadratic', 'logistic'] as const).map((name) => ({
          title: name === 'quadratic' ? 'quadratic' : 'logistic regression',
          y: { label: 'relative distance', scale: 'log' as const },
          curves: [
            curveOf(evidence, 'F-ricc', `${name}.riccati`, 'to (δ/m)Γ'),
            curveOf(evidence, 'F-ricc', `${name}.exact`, 'to the law at finite steps'),
            curveOf(evidence, 'F-ricc', `${name}.error`, 'sampling alone'),
          ],
        })),
      },
      look,
    ),
};

const diffusion: PaperFigure = {
  id: 'F-sde.orders',
  row: 'F-sde',
  place: 'result 3.1',
  title: 'SGD, its diffusion and the limit of small steps',
  caption:
    'Left: weak errors of means at time 4 on logistic regression. Right: distance of √(m/δ)(x − X), in standard deviations of its Ornstein–Uhlenbeck limit. Grey: slopes 1 and ½. Means over seeds.',
  needs: ['F-sde'],
  claims: ['F-sde.flow', 'F-sde.diffusion', 'F-sde.limit', 'F-sde.covariance'],
  draw(evidence, look) {
    const curve = (name: string, title: string): GroupedCurve => curveOf(evidence, 'F-sde', name, title);
    const means = [
      curve('sgd-flow', 'mean of SGD to the flow'),
      curve('sgd-diffusion', 'mean of SGD to its diffusion'),
      curve('descent-flow', 'plain descent to the flow'),
    ];
    const laws = [
      curve('wasserstein', 'SGD to the limit (Wasserstein)'),
      curve('wasserstein-diffusion', 'diffusion to the limit (Wasserstein)'),
    ];
    return linesFigure(
      {
        id: 'F-sde.orders',
        title: 'SGD as the step goes to 0',
        subtitle: 'logistic regression, batches of 2, mean over seeds',
        x: { label: 'step δ', scale: 'log' },
        columns: 2,
        panels: [
          {
            title: 'distance of means',
            y: { label: 'distance', scale: 'log' },
            curves: means,
            references: [{ kind: 'curve', label: 'slope 1', curve: slope(means[0]!, 1) }],
          },
          {
            title: 'distance of distributions',
            y: { label: 'distance', unit: 's.d.', scale: 'log' },
            curves: laws,
            references: [{ kind: 'curve', label: 'slope ½', curve: slope(laws[0]!, 0.5) }],
          },
        ],
      },
      look,
    );
  },
};

/** Figures of the rows F-ricc and F-sde. */
export const theoryFigures: readonly PaperFigure[] = [riccati, diffusion];

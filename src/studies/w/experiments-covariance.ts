import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import { lastCheckpoint, mlpAmounts, settingOf, usual } from './networks.ts';

/** Leading eigenpairs of each matrix that are compared. */
export const comparedEigenpairs = 5;

interface Extent {
  readonly duration: string;
  readonly every: string;
  readonly examples: number;
  readonly maxProducts: number;
  readonly probes: number;
}

const extents: Readonly<Record<Scale, Extent>> = {
  smoke: { duration: '4 epochs', every: '2 epochs', examples: 100, maxProducts: 40, probes: 4 },
  laptop: { duration: '40 epochs', every: '10 epochs', examples: 500, maxProducts: 200, probes: 30 },
  paper: { duration: '40 epochs', every: '5 epochs', examples: 5000, maxProducts: 400, probes: 100 },
};

export const covarianceExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'W-cov',
  title: 'Hessian and gradient covariance',
  description:
    'SGD; every few epochs the leading eigenpairs and traces of the Hessian and of the covariance of the gradients of single ' +
    'examples, the angles between their eigenspaces, and what equation 3 leaves between the two matrices.',
  differences:
    'The paper derives the relation and measures nothing. An MLP without batch normalisation, since gradients of single examples are needed.',
  rows: ['W-cov'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) => {
    const { duration, every, ...options } = extents[scale];
    const specification: SpecificationInput = {
      ...settingOf('mlp', scale, mlpAmounts(scale)),
      optimizer: { name: 'sgd', ...usual },
      duration,
      evaluate: every,
      probes: [{ kind: 'covariance-alignment', every, k: comparedEigenpairs, tolerance: 0.01, ...options }],
      checkpoints: lastCheckpoint(duration),
    };
    return [{ condition: { network: 'mlp' }, specification }];
  },
};

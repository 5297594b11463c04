import type { Specification } from '../../contract/index.ts';
import { kullbackLeibler, logLoss, logLossGradientNorm, temperedCrossEntropy } from './cross-entropy.ts';
import type { LossFunction } from './function.ts';
import { gcdf, hinge, squaredError } from './margins.ts';

/** The loss of each example that a specification names, without its regularisation. */
export function lossFor(specification: Specification['loss']): LossFunction {
  switch (specification.name) {
    case 'cross-entropy':
      return temperedCrossEntropy(specification.temperature);
    case 'hinge':
      return hinge(specification.margin);
    case 'gcdf': {
      const loss = gcdf(specification.sigma);
      return (scores, labels) => loss(scores, labels);
    }
    case 'kullback-leibler':
      return kullbackLeibler;
    case 'log-loss':
      return logLoss;
    case 'log-loss-gradient':
      return logLossGradientNorm;
    case 'squared-error':
      return squaredError(specification.classes);
  }
}

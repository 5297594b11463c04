import type { Specification } from '../contract/index.ts';
import { adam, rmsProp } from './adaptive.ts';
import { momentum } from './descent.ts';
import { langevin, withGradientNoise } from './noise.ts';
import type { UpdateRule } from './rule.ts';

/** The update rule that a specification names. How its gradient is estimated (mini-batch, full batch, SAM's ascent) is not part of it. */
export function ruleFor(specification: Specification['optimizer']): UpdateRule {
  switch (specification.name) {
    case 'sgd':
    case 'gd': {
      const rule = momentum(specification.momentum, specification);
      return specification.noise ? withGradientNoise(rule, specification.noise.standardDeviation) : rule;
    }
    case 'sam':
      return momentum(specification.momentum, specification);
    case 'adam':
      return adam(specification);
    case 'rmsprop':
      return rmsProp(specification);
    case 'langevin': {
      const { scale, decay, box } = specification;
      return langevin({ scale, decay, ...(box && { box }) });
    }
  }
}

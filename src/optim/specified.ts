import type { Specification } from '../contract/index.ts';
import { adam, rmsProp } from './adaptive.ts';
import { momentum } from './descent.ts';
import { langevin } from './noise.ts';
import type { UpdateRule } from './rule.ts';

/**
 * The update rule that a specification names. What gradient it is given (of a mini-batch or all examples, after SAM's
 * ascent, with noise) is not part of it.
 */
export function ruleFor(specification: Specification['optimizer']): UpdateRule {
  switch (specification.name) {
    case 'sgd':
    case 'gd':
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

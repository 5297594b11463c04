import { randomStream } from '../base/index.ts';
import type { Specification } from '../contract/index.ts';

/**
 * The seed of what a training draws: initial weights, batches and noise. It is the run's seed at the first start, and one that is
 * drawn from it at every other; the seed of the examples and their labels is always the run's own.
 */
export function trainingSeed({ seed, start = 1 }: Pick<Specification, 'seed' | 'start'>): number {
  return start === 1 ? seed : randomStream(seed, 'start', start).integer(2 ** 31);
}

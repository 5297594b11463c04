import type { Schedule } from '../contract/index.ts';

/** The learning rate in a few words: `0.1`, `cosine 0.1`, `cyclical 0.01–0.1`. */
export function describeLearningRate(learningRate: number | Schedule): string {
  if (typeof learningRate === 'number') return String(learningRate);
  const { schedule } = learningRate;
  const size = schedule === 'cyclical' ? `${learningRate.low}–${learningRate.high}` : String(learningRate.rate);
  return schedule === 'constant' ? size : `${schedule} ${size}`;
}

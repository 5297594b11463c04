import { ThalwegError } from '../../base/index.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { finalOf, logRatio } from '../measures.ts';
import { atTrainingLoss } from './equal-loss.ts';
import { losses, type Contrast, type LossName } from './setting.ts';

/** A loss at one of its parameters. */
export interface Followed {
  readonly loss: LossName;
  readonly parameter: number;
}

/**
 * How much smaller a loss is where gradients are noisier: `ln(quiet/noisy)`, positive where the larger learning rate (the smaller
 * batch) has the smaller loss; at the same training loss, or (level `end`) after the same number of epochs.
 */
export function advantage(
  evidence: Evidence,
  { experiment, noisy, quiet }: Contrast,
  seed: number,
  level: number | 'end',
  { loss, parameter }: Followed,
): number {
  const { series } = losses[loss];
  const [ofQuiet, ofNoisy] = [quiet, noisy].map((where) => {
    const trial = trialOf(evidence, experiment, seed, where);
    return level === 'end' ? finalOf(trial, series, parameter) : atTrainingLoss(trial, level, series, parameter);
  });
  return logRatio(`${experiment}, seed ${seed}, ${series} at ${parameter}`, ofQuiet!, ofNoisy!);
}

/**
 * The parameter at which two slices cross: where the advantage of the noisier run turns from negative to positive as the
 * parameter grows, the last time that it does, by a straight line in the logarithm of the parameter. Throws `NO_DATA` for slices
 * that do not cross that way.
 */
export function crossingParameter(
  subject: string,
  parameters: readonly number[],
  advantages: readonly number[],
): number {
  const index = advantages.findLastIndex((value, at) => value < 0 && (advantages[at + 1] ?? -Infinity) >= 0);
  if (index < 0)
    throw new ThalwegError(
      'NO_DATA',
      `${subject}: expected slices that cross between ${parameters[0]} and ${parameters.at(-1)}, got none that do`,
    );
  const [before, after] = [advantages[index]!, advantages[index + 1]!];
  const [from, to] = [Math.log(parameters[index]!), Math.log(parameters[index + 1]!)];
  return Math.exp(from + ((to - from) * before) / (before - after));
}

import type { CatalogueSeries } from '../../../src/contract/index.ts';
import type { Evidence } from '../../../src/studies/index.ts';
import { objectivesOf, ruleContrast, rules, tinySigma } from '../../../src/studies/g/experiments-beyond.ts';
import {
  boundSigmas,
  cifar,
  conditionsOf,
  lossNames,
  losses,
  mnist,
  parameters,
  type LossName,
} from '../../../src/studies/g/setting.ts';
import { syntheticEvidence, type SyntheticRecord, type SyntheticTrial } from '../../support/evidence.ts';

/** What is so in a made-up world: one number for each of three seeds. */
export interface World {
  /** Strength and direction of what the paper claims: noisy runs are better above the crossing, sides of eq. 9 are apart, … */
  readonly effect: Triple;
  /** The parameter at which slices cross. */
  readonly crossing: Triple;
  /** Score gap that Gcdf and cross-entropy show, over that of the hinge loss; growth of the hinge loss over (C − 1)·Δγ. */
  readonly gap: Triple;
  /** Gcdf less the errors under noise, of two classes. */
  readonly excess: Triple;
  /** ln(second-order form/Monte Carlo) at the smallest σ. */
  readonly looseness: Triple;
  /** Whether the noisy runs follow the effect; else all runs are the same. */
  readonly contrasts: boolean;
}
type Series = NonNullable<SyntheticTrial['series']>;
type Triple = readonly [number, number, number];

export const usual: World = {
  effect: [1, 1.05, 0.95],
  crossing: [1, 1.01, 0.99],
  gap: [1, 1.01, 0.99],
  excess: [0, 0.001, -0.001],
  looseness: [0.01, 0, -0.01],
  contrasts: true,
};

/** The training loss from reading to reading: through every level of scale `smoke`. */
const falling = [2.4, 2.15, 2.05, 1.95];
const scale = 'smoke';

/** Evidence of scale `smoke` in which everything is known beforehand. */
export function worldEvidence(changes: Partial<World> = {}): Evidence {
  const world = { ...usual, ...changes };
  return syntheticEvidence(
    [0, 1, 2].flatMap((index) => trialsOf(world, index)),
    scale,
  );
}

function trialsOf(world: World, index: number): SyntheticTrial[] {
  const seed = index + 1;
  const effect = world.effect[index]!;
  const trained = [mnist, cifar].flatMap((setting) => {
    const conditions = [...conditionsOf(setting, 'rates', scale), ...conditionsOf(setting, 'batches', scale).slice(1)];
    return conditions.map((condition, at): SyntheticTrial => {
      const series = { ...followed(world, index, at === 0), ...bound(world, index, at === 0, effect) };
      return { experiment: setting.experiment, condition, seed, series: { ...series, 'test.accuracy': [[4, 0.9]] } };
    });
  });
  const byRule = rules.flatMap((rule) => {
    const { experiment, noisy, quiet } = ruleContrast(rule, scale);
    return [noisy, quiet].map((condition, at): SyntheticTrial => ({
      experiment,
      condition,
      seed,
      series: followed(world, index, at === 0),
    }));
  });
  return [...trained, ...byRule, ...directTrials(effect, seed), binaryTrial(world, index), shapeTrial(effect, seed)];
}

/** Losses of a run: a noisy one has `exp(−effect·ln(p/crossing))` times the loss of a quiet one. */
function followed(world: World, index: number, noisy: boolean): Series {
  const [effect, crossing] = [world.effect[index]!, world.crossing[index]!];
  const advantage = (parameter: number): number =>
    world.contrasts && noisy ? (effect * Math.log(parameter / crossing)) / Math.log(8) : 0;
  const end = 0.2 * Math.exp(-effect);
  const everywhere = (value: number, coordinate?: number): SyntheticRecord[] =>
    [...falling, end].map((_, iteration) => [iteration, value, coordinate ?? NaN]);
  const grid = (loss: LossName): SyntheticRecord[] =>
    parameters[scale].flatMap((parameter) =>
      everywhere(plainLoss(loss, parameter, world.gap[index]!) * Math.exp(-advantage(parameter)), parameter),
    );
  return {
    'loss.training': [...falling, end].map((value, iteration) => [iteration, value]),
    'loss.error': everywhere(0.2 * Math.exp(-advantage(effect < 0 ? 8 : 0.5))),
    ...Object.fromEntries(lossNames.map((loss) => [losses[loss].series, grid(loss)])),
  };
}

/** Of ten classes with a score gap of 3, as the first term of each loss in 1/parameter has it. */
function plainLoss(loss: LossName, parameter: number, factor: number): number {
  if (parameter < 2) return 0.5;
  switch (loss) {
    case 'gcdf':
      return 4.5 - (3 * factor) / (2 * parameter * Math.sqrt(Math.PI));
    case 'crossEntropy':
      return Math.log(10) - (3 * factor) / (10 * parameter);
    case 'hinge':
      return 9 * 32 - 3 - (9 * 32 - 9 * parameter) * (factor === usual.gap[0] ? 1 : factor);
  }
}

/** Both sides of eq. 9: the right one is above the others by half the effect. */
function bound(world: World, index: number, noisy: boolean, effect: number, excess = 0.1 * effect): Series {
  const trace = 0.5 * Math.exp(noisy && world.contrasts ? -effect : 0);
  const rows = { gcdf: [], error: [], bound: [], second: [] } as Record<string, SyntheticRecord[]>;
  for (const sigma of boundSigmas)
    [...falling, 0.3].forEach((loss, iteration) => {
      const second = (loss + (sigma ** 2 / 2) * trace) / Math.LN2;
      const loose = world.looseness[index]! + (sigma === 8 ? effect : 0);
      // The difference at the largest σ counts by its size: where the effect is absent or reversed, the smallest σ is off instead.
      const right =
        second * Math.exp(-(effect < 0.5 && sigma === boundSigmas[0] ? loose - effect : Math.max(0, loose)));
      rows['second']!.push([iteration, second, sigma]);
      rows['bound']!.push([iteration, right, sigma]);
      rows['error']!.push([iteration, right - effect / 2 - excess, sigma]);
      rows['gcdf']!.push([iteration, right - effect / 2, sigma]);
    });
  return {
    'gBound.gcdf': rows['gcdf']!,
    'gBound.smoothedError': rows['error']!,
    'gBound.monteCarlo': rows['bound']!,
    'gBound.secondOrder': rows['second']!,
  };
}

/** A loss is smaller by the effect where it is trained on. */
const directTrials = (effect: number, seed: number): SyntheticTrial[] =>
  objectivesOf(scale).map((condition) => {
    const series: Partial<Record<CatalogueSeries, SyntheticRecord[]>> = { 'loss.error': [[4, 0.1]] };
    for (const loss of lossNames)
      series[losses[loss].series] = parameters[scale].map((parameter) => {
        const own = loss === condition.loss && parameter === condition.parameter;
        return [4, Math.exp(own ? -effect : 0), parameter];
      });
    return { experiment: 'G-direct', condition, seed, series };
  });

function binaryTrial(world: World, index: number): SyntheticTrial {
  const [effect, excess] = [world.effect[index]!, world.excess[index]!];
  return {
    experiment: 'G-binary',
    seed: index + 1,
    series: {
      ...bound(world, index, false, effect, excess),
      'loss.gcdf': [[4, 0.2 + excess, tinySigma]],
      'loss.error': [[4, 0.2]],
    },
  };
}

const shapeTrial = (effect: number, seed: number): SyntheticTrial => {
  const hits = effect > 0.5 ? 100 : effect < -0.5 ? 50 : 95;
  const numbers = { cases: 100, 'crossEntropy.concave': 0, 'hinge.concave': 0, 'gcdf.concave': hits };
  const heavier = Object.fromEntries(lossNames.map((loss) => [`${loss}.heavier`, hits]));
  return { experiment: 'G-shape', seed, numbers: { ...numbers, ...heavier } };
};

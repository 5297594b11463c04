import type { Condition } from '../../contract/index.ts';
import { trialOf, valuesOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import { meanOf } from '../measures.ts';

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isNumber = (value: unknown): value is number => typeof value === 'number';

/** The networks of an experiment. */
export const networksOf = (evidence: Evidence, experiment: string): string[] =>
  valuesOf(evidence, experiment, 'network', isText);

/** The mean over the networks of an experiment of a number of each. */
export const overNetworks = (evidence: Evidence, experiment: string, measure: (network: string) => number): number =>
  meanOf(experiment, networksOf(evidence, experiment).map(measure));

/** The trial of a network. */
export const ofNetwork = (
  evidence: Evidence,
  experiment: string,
  seed: number,
  network: string,
  where: Condition = {},
): EvidenceTrial => trialOf(evidence, experiment, seed, { network, ...where });

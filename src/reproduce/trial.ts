import { ThalwegError } from '../base/index.ts';
import type { Condition, Scale, Specification } from '../contract/index.ts';
import {
  parseSpecification,
  type ComputationOptions,
  type ComputedExperiment,
  type Experiment,
  type Paper,
  type TrainingExperiment,
} from '../studies/index.ts';
import { definitionOf, digestOf, plannedId } from '../sweep/index.ts';

/** One run or computation that a study needs: a condition of an experiment with a seed. */
export type PlannedTrial = {
  /** Name of the run or result; the same plan gives the same names, so that what exists is found again. */
  readonly id: string;
  readonly scale: Scale;
  readonly condition: Condition;
  readonly seed: number;
  /** Digest of everything that decides its numbers. */
  readonly definition: string;
} & (
  | { readonly kind: 'training'; readonly experiment: TrainingExperiment; readonly specification: Specification }
  | { readonly kind: 'computed'; readonly experiment: ComputedExperiment; readonly options: ComputationOptions }
);

/**
 * The trials of a paper at a scale, experiment by experiment, condition by condition. Throws `SPECIFICATION_INVALID` for a
 * specification against its schema.
 *
 * @param seeds seeds 1 … n for every experiment; absent: each experiment's own number
 */
export function planTrials(paper: Paper, scale: Scale, seeds?: number): PlannedTrial[] {
  const trained = paper.experiments.flatMap((experiment) =>
    experiment.kind === 'training' ? trainings(experiment, scale, seedsOf(experiment, scale, seeds)) : [],
  );
  const trials = paper.experiments.flatMap((experiment) =>
    experiment.kind === 'training'
      ? trained.filter((trial) => trial.experiment === experiment)
      : computations(experiment, scale, seedsOf(experiment, scale, seeds), trained),
  );
  requireDistinct(trials);
  return trials;
}

/** Whether it measures time, for which it has the machine for itself. */
export const isExclusive = (trial: PlannedTrial): boolean =>
  trial.kind === 'computed' && trial.experiment.exclusive === true;

const seedsOf = (experiment: Experiment, scale: Scale, seeds = experiment.seeds[scale]): number[] =>
  Array.from({ length: seeds }, (_, index) => index + 1);

function trainings(experiment: TrainingExperiment, scale: Scale, seeds: readonly number[]): PlannedTrial[] {
  return experiment.trials(scale).flatMap(({ condition, specification: input }) =>
    seeds.map((seed) => {
      const name = conditionText(condition);
      const extra = { study: experiment.id, scale, seed, ...(name === '' ? {} : { name }) };
      const specification = parseSpecification({ ...input, ...extra }, experiment.id);
      const definition = definitionOf(specification);
      const id = idOf(experiment, condition, seed, definition);
      return { kind: 'training', id, experiment, scale, condition, seed, definition, specification };
    }),
  );
}

function computations(
  experiment: ComputedExperiment,
  scale: Scale,
  seeds: readonly number[],
  trained: readonly PlannedTrial[],
): PlannedTrial[] {
  const { id: name, version, needs } = experiment;
  return experiment.trials(scale).flatMap(({ condition, options }) =>
    seeds.map((seed) => {
      // What it reads is part of what it is: other runs, another result.
      const reads = trained
        .filter((trial) => needs.includes(trial.experiment.id) && trial.seed === seed)
        .map((trial) => trial.definition);
      const definition = digestOf({ name, version, options, seed, reads });
      const id = idOf(experiment, condition, seed, definition);
      return { kind: 'computed', id, experiment, scale, condition, seed, definition, options };
    }),
  );
}

/** `learning rate 0.1, batch size 100`. */
export const conditionText = (condition: Condition): string =>
  Object.entries(condition)
    .map(([key, value]) => `${key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`)
    .join(', ');

const idOf = ({ id }: Experiment, condition: Condition, seed: number, definition: string): string =>
  plannedId(id, Object.values(condition).map(String), seed, definition);

/** Throws `INTERNAL` when two trials have one name: their conditions do not tell their specifications apart. */
function requireDistinct(trials: readonly PlannedTrial[]): void {
  const seen = new Set<string>();
  for (const { id, experiment } of trials) {
    if (seen.has(id)) throw new ThalwegError('INTERNAL', `internal: ${experiment.id} plans ${id} twice`);
    seen.add(id);
  }
}

import { createHash } from 'node:crypto';
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

/** Digest of what decides the numbers of a run: names and the number of threads do not. */
export function definitionOf(specification: Specification): string {
  const { study: _study, scale: _scale, name: _name, threads: _threads, ...rest } = specification;
  return digestOf(rest);
}

const digestOf = (content: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')
    .slice(0, 16);

/** The same content with keys in one order. */
function sorted(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(sorted);
  if (typeof content !== 'object' || content === null) return content;
  const entries = Object.entries(content).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, sorted(value)]));
}

/** `learning rate 0.1, batch size 100`. */
export const conditionText = (condition: Condition): string =>
  Object.entries(condition)
    .map(([key, value]) => `${key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`)
    .join(', ');

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-+|-+$/g, '');

function idOf({ id }: Experiment, condition: Condition, seed: number, definition: string): string {
  const words = Object.values(condition).map((value) => slug(String(value)));
  const stem = [slug(id), ...words].filter(Boolean).join('-').slice(0, 90);
  return `${stem}-s${seed}-${definition.slice(0, 8)}`;
}

/** Throws `INTERNAL` when two trials have one name: their conditions do not tell their specifications apart. */
function requireDistinct(trials: readonly PlannedTrial[]): void {
  const seen = new Set<string>();
  for (const { id, experiment } of trials) {
    if (seen.has(id)) throw new ThalwegError('INTERNAL', `internal: ${experiment.id} plans ${id} twice`);
    seen.add(id);
  }
}

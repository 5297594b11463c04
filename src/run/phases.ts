import { ThalwegError } from '../base/index.ts';
import { EpochClock, type Specification } from '../contract/index.ts';
import { createSampler, type SamplerOptions } from '../data/core/index.ts';
import { ruleFor, scheduleAt, type UpdateRule } from '../optim/index.ts';
import { trainingSeed } from './training-seed.ts';

type Optimizer = Specification['optimizer'];

/** Consecutive updates by one update rule. */
export interface Phase {
  /** Its first update. */
  readonly from: number;
  readonly optimizer: Optimizer;
  /** The update that began what the rule remembers: `from`, or one before, where the phase before has the same rule. */
  readonly since: number;
  /** Where it stands in the specification: `optimizer`, `changes.0.optimizer`. */
  readonly path: string;
}

/** The course of a training: its phases, at least one, and how epochs pass in them. */
export interface Course {
  readonly phases: readonly Phase[];
  readonly clock: EpochClock;
  readonly totalIterations: number;
}

/**
 * The course of a specification on `count` training examples. A change of how batches are drawn begins an epoch; one that
 * leaves them as they are goes on in its epoch, with the batches that would have come. Throws `SPECIFICATION_INVALID` for
 * batches that cannot be drawn, and for changes that are not in their order or not before the end.
 */
export function courseOf(specification: Specification, count: number): Course {
  const { optimizer, changes, duration } = specification;
  const seed = trainingSeed(specification);
  const phases: Phase[] = [{ from: 0, optimizer, since: 0, path: 'optimizer' }];
  let clock = new EpochClock(epochLength(phases[0]!, count, seed));
  for (const [index, change] of changes.entries()) {
    const [before, from] = [phases.at(-1)!, clock.iterations(change.at)];
    if (from <= before.from)
      throw misplaced(index, `later than iteration ${before.from}, where the rule before begins`);
    const since = sameRule(before.optimizer, change.optimizer) ? before.since : from;
    const phase = { from, optimizer: change.optimizer, since, path: `changes.${index}.optimizer` };
    const iterationsPerEpoch = epochLength(phase, count, seed);
    if (!sameBatches(before.optimizer, change.optimizer)) clock = clock.changed(from, iterationsPerEpoch);
    phases.push(phase);
  }
  const totalIterations = clock.iterations(duration);
  if (phases.length > 1 && phases.at(-1)!.from >= totalIterations)
    throw misplaced(phases.length - 2, `before the end at iteration ${totalIterations} ("${duration}")`);
  return { phases, clock, totalIterations };

  function misplaced(index: number, expected: string): ThalwegError {
    const { at } = changes[index]!;
    const got = `got "${at}" (iteration ${clock.iterations(at)})`;
    return new ThalwegError('SPECIFICATION_INVALID', `changes.${index}.at: expected a place ${expected}, ${got}`);
  }
}

/** The phase of update t. */
export const phaseAt = ({ phases }: Pick<Course, 'phases'>, iteration: number): Phase =>
  phases.findLast(({ from }) => from <= iteration)!;

/** The phase of the update that θ_t comes from, whose rule made what is remembered at θ_t. */
export const phaseBefore = (course: Pick<Course, 'phases'>, iteration: number): Phase =>
  phaseAt(course, Math.max(0, iteration - 1));

/** Whether what one rule remembers is what the other goes on with: rules of one name with the same slots. */
export const sameRule = (one: Optimizer, other: Optimizer): boolean =>
  one.name === other.name && sameSlots(ruleFor(one).slots, ruleFor(other).slots);

const sameSlots = (one: UpdateRule['slots'], other: UpdateRule['slots']): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([slot, initial]) => Object.is(other[slot], initial));

/** η of update t. A schedule begins with its phase. */
export function learningRateAt(course: Pick<Course, 'phases' | 'clock'>, iteration: number): number {
  const { from, optimizer } = phaseAt(course, iteration);
  return scheduleAt(optimizer.learningRate, iteration - from, course.clock.at(iteration).iterationsPerEpoch);
}

/** Whether the learning rate may be another in one update than in the next. */
export const learningRateVaries = ({ phases }: Pick<Course, 'phases'>): boolean =>
  phases.some(
    ({ optimizer: { learningRate } }) =>
      typeof learningRate !== 'number' || learningRate !== phases[0]!.optimizer.learningRate,
  );

/** How a rule draws its batches; null: it takes all examples at once. */
export function samplerOptions(
  { optimizer, path }: Phase,
  count: number,
  seed: number,
): (SamplerOptions & Required<Pick<SamplerOptions, 'replacement'>>) | null {
  if (optimizer.name === 'gd') return null;
  const { batchSize, replacement, lastBatch } = optimizer;
  return { count, batchSize, seed, replacement, lastBatch, path };
}

function epochLength(phase: Phase, count: number, seed: number): number {
  const options = samplerOptions(phase, count, seed);
  return options === null ? 1 : createSampler(options).iterationsPerEpoch;
}

function sameBatches(one: Optimizer, other: Optimizer): boolean {
  if (one.name === 'gd' || other.name === 'gd') return one.name === other.name;
  return (['batchSize', 'replacement', 'lastBatch'] as const).every((key) => one[key] === other[key]);
}

/** Examples that a phase normalises together. */
export const trainingChunk = ({ optimizer }: Phase): number =>
  optimizer.name === 'gd' ? optimizer.chunkSize : optimizer.batchSize;

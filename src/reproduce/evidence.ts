import { invariant, ThalwegError } from '../base/index.ts';
import type { Condition, OutcomeFile, RunFile, Scale, SeriesName } from '../contract/index.ts';
import { openRun, readOutcome, type RunReader, type SeriesColumns } from '../store/index.ts';
import { agrees, type Evidence, type EvidenceTrial } from '../studies/index.ts';
import { stateOf } from './state.ts';
import type { PlannedTrial } from './trial.ts';

/** What a claim, figure or table is given: only the experiments that it needs, and which trials it looked at. */
export interface OwnEvidence extends Evidence {
  /** Identifiers of the trials that were handed out. */
  readonly used: ReadonlySet<string>;
}

/** What lies in a folder of runs of the planned trials of a paper, part by part. */
export interface PaperEvidence {
  readonly scale: Scale;
  /**
   * The evidence for something that needs these experiments; its seeds are those that all of them have. Throws `RUN_STATE`
   * unless every trial of them is finished.
   */
  of(needs: readonly string[]): OwnEvidence;
}

/** The evidence of a paper. A run is read when it is first asked for. */
export function createEvidence(trials: readonly PlannedTrial[], runsDirectory: string, scale: Scale): PaperEvidence {
  const opened = new Map<string, EvidenceTrial>();
  const open = (trial: PlannedTrial): EvidenceTrial => {
    const known = opened.get(trial.id) ?? readTrial(trial, runsDirectory);
    opened.set(trial.id, known);
    return known;
  };
  return {
    scale,
    of(needs) {
      for (const experiment of needs) select(trials, experiment, {}).forEach(open);
      const used = new Set<string>();
      return {
        scale,
        seeds: commonSeeds(trials, needs),
        used,
        trials(experiment, where = {}) {
          invariant(needs.includes(experiment), `${experiment} is not among the needs ${needs.join(', ')}`);
          const found = select(trials, experiment, where).map(open);
          found.forEach(({ id }) => used.add(id));
          return found;
        },
      };
    },
  };
}

function commonSeeds(trials: readonly PlannedTrial[], needs: readonly string[]): number[] {
  const bySeed = needs.map(
    (need) => new Set(trials.filter((trial) => trial.experiment.id === need).map(({ seed }) => seed)),
  );
  const all = [...new Set(trials.map(({ seed }) => seed))].sort((a, b) => a - b);
  return all.filter((seed) => bySeed.every((seeds) => seeds.has(seed)));
}

function select(trials: readonly PlannedTrial[], experiment: string, where: Condition): PlannedTrial[] {
  const found = trials.filter((trial) => trial.experiment.id === experiment && agrees(trial.condition, where));
  if (found.length > 0) return found;
  throw new ThalwegError(
    'NO_DATA',
    `${experiment}: expected a trial with ${JSON.stringify(where)}, got a plan without`,
  );
}

/** Opens a trial. Throws `RUN_STATE` unless it is finished and its definition is the planned one. */
export function readTrial(trial: PlannedTrial, runsDirectory: string): EvidenceTrial {
  const { status, reason } = stateOf(trial, runsDirectory);
  if (status !== 'finished') throw new ThalwegError('RUN_STATE', reason!);
  return trial.kind === 'training' ? trainedTrial(trial, runsDirectory) : computedTrial(trial, runsDirectory);
}

const identity = ({ id, condition, seed, experiment }: PlannedTrial) => ({
  id,
  condition,
  seed,
  experiment: experiment.id,
});

const lacking = (id: string, what: string): ThalwegError =>
  new ThalwegError('NO_DATA', `${id}: expected ${what}, got a trial without`);

function trainedTrial(trial: PlannedTrial, runsDirectory: string): EvidenceTrial {
  const read = <T>(use: (reader: RunReader) => T): T => {
    const reader = openRun(runsDirectory, trial.id);
    try {
      return use(reader);
    } finally {
      reader.close();
    }
  };
  const columns = new Map<SeriesName, SeriesColumns>();
  const file = read((reader) => reader.file());
  const records = (name: SeriesName): SeriesColumns => {
    const known = columns.get(name) ?? read((reader) => reader.records(name));
    columns.set(name, known);
    return known;
  };
  return {
    ...identity(trial),
    file: (): RunFile => file,
    series(name) {
      const found = records(name);
      if (found.length === 0) throw lacking(trial.id, `records of ${name}`);
      return found;
    },
    source: () => ({ file: () => file, records }),
    number: (name) => {
      throw lacking(trial.id, `a computed number ${name}`);
    },
    array: (name) => {
      throw lacking(trial.id, `a computed array ${name}`);
    },
  };
}

function computedTrial(trial: PlannedTrial, runsDirectory: string): EvidenceTrial {
  const outcome: OutcomeFile = readOutcome(runsDirectory, trial.id)!;
  const notTrained = (): never => {
    throw lacking(trial.id, 'a run');
  };
  return {
    ...identity(trial),
    file: notTrained,
    series: notTrained,
    source: notTrained,
    number(name) {
      const value = outcome.numbers[name];
      if (value === undefined) throw lacking(trial.id, `a number ${name}`);
      return Number(value);
    },
    array(name) {
      const values = outcome.arrays[name];
      if (values === undefined) throw lacking(trial.id, `an array ${name}`);
      return values.map(Number);
    },
  };
}

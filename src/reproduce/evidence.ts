import { ThalwegError } from '../base/index.ts';
import type { Condition, OutcomeFile, RunFile, Scale, SeriesName } from '../contract/index.ts';
import { openRun, readOutcome, type RunReader, type SeriesColumns } from '../store/index.ts';
import { agrees, type Evidence, type EvidenceTrial } from '../studies/index.ts';
import { stateOf } from './state.ts';
import type { PlannedTrial } from './trial.ts';

/** Evidence that remembers which trials it was asked for. */
export interface RecordedEvidence extends Evidence {
  /** Identifiers of the trials that were handed out since the last call. */
  takeUsed(): string[];
}

/** What lies in a folder of runs of the planned trials of a paper. Runs are read when they are asked for. */
export function createEvidence(trials: readonly PlannedTrial[], runsDirectory: string, scale: Scale): RecordedEvidence {
  const opened = new Map<string, EvidenceTrial>();
  const used = new Set<string>();
  const open = (trial: PlannedTrial): EvidenceTrial => {
    const known = opened.get(trial.id) ?? readTrial(trial, runsDirectory);
    opened.set(trial.id, known);
    used.add(trial.id);
    return known;
  };
  return {
    scale,
    seeds: [...new Set(trials.map(({ seed }) => seed))].sort((a, b) => a - b),
    trials: (experiment, where = {}) => select(trials, experiment, where).map(open),
    takeUsed() {
      const ids = [...used];
      used.clear();
      return ids;
    },
  };
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

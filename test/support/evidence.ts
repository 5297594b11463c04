import { ThalwegError } from '../../src/base/index.ts';
import { isOwnSeries, type CatalogueSeries, type Condition, type Scale } from '../../src/contract/index.ts';
import { agrees, type Evidence, type EvidenceTrial } from '../../src/studies/index.ts';

/** A record of a made-up run: iteration, value, coordinate. */
export type SyntheticRecord = readonly [iteration: number, value: number, coordinate?: number];

/** A made-up trial with a known effect. */
export interface SyntheticTrial {
  readonly experiment: string;
  readonly condition?: Condition;
  readonly seed: number;
  readonly series?: Partial<Record<CatalogueSeries, readonly SyntheticRecord[]>>;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly arrays?: Readonly<Record<string, readonly number[]>>;
}

/** Evidence from made-up trials: what a claim measures on it is known beforehand. */
export function syntheticEvidence(trials: readonly SyntheticTrial[], scale: Scale = 'laptop'): Evidence {
  const seeds = [...new Set(trials.map(({ seed }) => seed))].sort((a, b) => a - b);
  const evidence = trials.map(syntheticTrial);
  return {
    scale,
    seeds,
    trials(experiment, where = {}) {
      const found = evidence.filter((trial) => trial.experiment === experiment && agrees(trial.condition, where));
      if (found.length > 0) return found;
      throw new ThalwegError('RUN_STATE', `${experiment}: expected trials with ${JSON.stringify(where)}, got none`);
    },
  };
}

function syntheticTrial({ experiment, condition = {}, seed, ...content }: SyntheticTrial): EvidenceTrial {
  const id = `${experiment}-${JSON.stringify(condition)}-s${seed}`;
  const missing = (what: string): ThalwegError =>
    new ThalwegError('NO_DATA', `${id}: expected ${what}, got a trial without`);
  const columns: EvidenceTrial['series'] = (name) => {
    const records = isOwnSeries(name) ? undefined : content.series?.[name];
    if (!records) throw missing(`records of ${name}`);
    return {
      length: records.length,
      seq: Float64Array.from(records, (_, index) => index + 1),
      iteration: Float64Array.from(records, ([iteration]) => iteration),
      coordinate: Float64Array.from(records, ([, , coordinate]) => coordinate ?? NaN),
      value: Float64Array.from(records, ([, value]) => value),
      standardError: records.map(() => null),
      examples: Float64Array.from(records, () => NaN),
    };
  };
  return {
    experiment,
    condition,
    seed,
    id,
    file: () => {
      throw missing('a run file');
    },
    source: () => {
      throw missing('a run file');
    },
    series: columns,
    number(name) {
      const value = content.numbers?.[name];
      if (value === undefined) throw missing(`a number ${name}`);
      return value;
    },
    array(name) {
      const values = content.arrays?.[name];
      if (!values) throw missing(`an array ${name}`);
      return values;
    },
  };
}

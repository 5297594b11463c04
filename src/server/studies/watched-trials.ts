import { createHash } from 'node:crypto';
import { stateOf, type PlannedTrial } from '../../reproduce/index.ts';
import { outcomeMark, runMark } from '../../store/index.ts';
import type { PlannedState } from '../../sweep/index.ts';

interface Known {
  readonly mark: string;
  readonly state: PlannedState;
}

/** The trials of a plan, with what lies in the folder of runs of each. What did not change is not read again. */
export class WatchedTrials {
  readonly trials: readonly PlannedTrial[];
  readonly #runsDirectory: string;
  readonly #known = new Map<string, Known>();

  constructor(trials: readonly PlannedTrial[], runsDirectory: string) {
    this.trials = trials;
    this.#runsDirectory = runsDirectory;
  }

  /** Looks at the folder. Returns a digest of what is there: as long as it is the same, nothing has changed. */
  look(): string {
    const digest = createHash('sha256');
    for (const trial of this.trials) {
      const mark = this.#markOf(trial);
      if (this.#known.get(trial.id)?.mark !== mark)
        this.#known.set(trial.id, { mark, state: stateOf(trial, this.#runsDirectory) });
      digest.update(`${mark}\n`);
    }
    return digest.digest('hex').slice(0, 20);
  }

  /** The state of a trial at the last look. */
  state({ id }: PlannedTrial): PlannedState {
    return this.#known.get(id)!.state;
  }

  /** The trials of these experiments, in the order of the experiments. */
  of(experiments: readonly string[]): PlannedTrial[] {
    return experiments.flatMap((id) => this.trials.filter(({ experiment }) => experiment.id === id));
  }

  /** Tells the files of these trials at the last look from others. */
  marks(trials: readonly PlannedTrial[]): string {
    return trials.map(({ id }) => this.#known.get(id)!.mark).join('\n');
  }

  #markOf({ kind, id }: PlannedTrial): string {
    return kind === 'training' ? runMark(this.#runsDirectory, id) : outcomeMark(this.#runsDirectory, id);
  }
}

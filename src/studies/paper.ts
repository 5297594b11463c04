import type { Hypothesis, Measured } from '../claims/index.ts';
import type { Condition, Scale, SpecificationInput } from '../contract/index.ts';
import type { FigureOptions, TabledFigure } from '../figures/index.ts';
import type { Evidence, EvidenceTrial } from './evidence.ts';

/** The letters by which papers are named. */
export type PaperLetter = 'W' | 'G' | 'M' | 'F' | 'R';

/** What experiments have in common. Its trials are every condition with every seed. */
interface ExperimentBase {
  /** `W-roles`; the letter of the paper first. */
  readonly id: string;
  readonly title: string;
  /** What is trained or computed and what is measured, in a sentence or two. */
  readonly description: string;
  /** Where the setting differs from the paper's, and why; null: nowhere at scale `paper`. */
  readonly differences: string | null;
  /** Rows of the documentation that it measures. */
  readonly rows: readonly string[];
  /** Seeds 1 … n that each scale runs when the user does not say. */
  readonly seeds: Readonly<Record<Scale, number>>;
}

/** Networks that are trained: one run for each condition and seed. */
export interface TrainingExperiment extends ExperimentBase {
  readonly kind: 'training';
  /** A scale changes sizes and lengths, never definitions. The seed is added, and stands for initial weights and batches. */
  trials(scale: Scale): readonly { readonly condition: Condition; readonly specification: SpecificationInput }[];
}

/** Plain data that a computation is told; part of its definition. */
export type ComputationOptions = Readonly<
  Record<string, string | number | boolean | null | readonly (string | number)[]>
>;

/** Something that is computed: low-dimensional dynamics, or measurements at checkpoints of trained runs. */
export interface ComputedExperiment extends ExperimentBase {
  readonly kind: 'computed';
  /** Raised whenever the computation changes its numbers: results of another version are computed anew. */
  readonly version: number;
  /** Training experiments whose runs (of the same seed) it reads. */
  readonly needs: readonly string[];
  /** Wall time of one trial on two cores, seconds, about: for the plan. */
  readonly seconds: Readonly<Record<Scale, number>>;
  /** It measures time: it runs when nothing else does, with all threads. */
  readonly exclusive?: boolean;
  trials(scale: Scale): readonly { readonly condition: Condition; readonly options: ComputationOptions }[];
  compute(request: ComputationRequest): Promise<Computed>;
}

export interface ComputationRequest {
  readonly condition: Condition;
  readonly options: ComputationOptions;
  readonly seed: number;
  readonly scale: Scale;
  /** Finished runs of an experiment in `needs`, of this seed. */
  readonly runs: (experiment: string, where?: Condition) => readonly EvidenceTrial[];
  readonly runsDirectory: string;
  /** Folder of data sets; undefined: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory: string | undefined;
  /** Threads that it may use. */
  readonly threads: number;
  /** Share done, in [0, 1]. */
  readonly onProgress: (share: number) => void;
}

/** What a computation gives: named numbers and arrays. NaN and infinities are kept. */
export interface Computed {
  readonly numbers: Readonly<Record<string, number>>;
  readonly arrays: Readonly<Record<string, readonly number[]>>;
}

export type Experiment = TrainingExperiment | ComputedExperiment;

/** One statement of a paper that runs can support or contradict. Everything here is fixed before the runs. */
export interface Claim {
  /** `W-barrier.rare`: row, then a name. */
  readonly id: string;
  readonly row: string;
  /** `section 3.1, figure 1, table 1` */
  readonly place: string;
  /** One sentence of our own. */
  readonly statement: string;
  /** The number that is tested, with its unit; what is a mean and over what. */
  readonly quantity: string;
  readonly hypothesis: Hypothesis;
  /** Experiments whose runs it needs. */
  readonly needs: readonly string[];
  /** The number of each seed, from what the runs recorded. Throws `NO_DATA` where they did not. */
  measure(evidence: Evidence): Measured;
}

/** A figure of the paper. */
export interface PaperFigure {
  /** `W-interp.walk` */
  readonly id: string;
  readonly row: string;
  /** `figure 1` */
  readonly place: string;
  readonly title: string;
  /** What is seen, and how many seeds. */
  readonly caption: string;
  readonly needs: readonly string[];
  /** Claims that it shows, by identifier. */
  readonly claims: readonly string[];
  draw(evidence: Evidence, options: FigureOptions): TabledFigure;
}

/** A table of the paper. */
export interface PaperTable {
  readonly id: string;
  readonly row: string;
  readonly place: string;
  readonly title: string;
  readonly caption: string;
  readonly needs: readonly string[];
  readonly claims: readonly string[];
  build(evidence: Evidence): { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

/** A paper: what it did, as data. */
export interface Paper {
  readonly letter: PaperLetter;
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  /** The paper in our own words, what is measured and how, and where our setting differs: Markdown. */
  readonly text: string;
  readonly experiments: readonly Experiment[];
  readonly claims: readonly Claim[];
  readonly figures: readonly PaperFigure[];
  readonly tables: readonly PaperTable[];
}

import type { Scale, SpecificationInput } from '../contract/index.ts';

/** What a user chose that changes the sense of the rest: with full-batch gradient descent an epoch is one iteration. */
export interface StudyChoices {
  readonly optimizer?: string;
}

/** An experiment of a paper (or of our own), as data: a name, what it shows, and a specification for each scale. */
export interface Study {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Rows that it measures, by the identifiers of the documentation (`W-interp`). */
  readonly rows: readonly string[];
  /** What each scale trains and measures, in one line. */
  readonly scales: Readonly<Record<Scale, string>>;
  /** The specification at a scale, without `study` and `scale`; the choices are those of {@link StudyChoices}. */
  specification(scale: Scale, choices?: StudyChoices): SpecificationInput;
}

export const scales = ['smoke', 'laptop', 'paper'] as const satisfies readonly Scale[];
export const defaultScale: Scale = 'laptop';

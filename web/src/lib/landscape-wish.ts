import type { LandscapeBody, LandscapeKind } from '../../../src/contract/index.ts';

/** A checkpoint as the form names it; `at` null: the newest one. */
export interface WishedPlace {
  readonly run: string;
  readonly at: number | null;
}

/** What a reader filled in. */
export interface LandscapeForm {
  readonly what: LandscapeKind;
  /** Points along an axis or the line, parts of an edge. */
  readonly points: number;
  /** How far a surface reaches, or how far the grid goes beyond a trajectory or simplex. */
  readonly reach: number;
  readonly normalisation: 'filter' | 'layer' | 'none';
  /** One for a surface, two for a line, three for a simplex. */
  readonly places: readonly WishedPlace[];
  /** Examples the loss is of. */
  readonly examples: number;
}

/** Usual numbers of each kind. */
export const usualForm: Readonly<Record<LandscapeKind, Pick<LandscapeForm, 'points' | 'reach'>>> = {
  surface: { points: 31, reach: 1 },
  trajectory: { points: 31, reach: 0.25 },
  connectivity: { points: 31, reach: 0 },
  simplex: { points: 20, reach: 0.5 },
};

/** Checkpoints that each kind is told. */
export const placesOf: Readonly<Record<LandscapeKind, number>> = {
  surface: 1,
  trajectory: 0,
  connectivity: 2,
  simplex: 3,
};

/** The request of a form. */
export function landscapeBody({ what, points, reach, normalisation, places, examples }: LandscapeForm): LandscapeBody {
  const [one, other, third] = places.map(({ run, at }) => ({ run, at: at ?? ('last' as const) }));
  switch (what) {
    case 'surface':
      return { what, at: one!.at, from: -reach, to: reach, points, normalisation, examples };
    case 'trajectory':
      return { what, points, beyond: reach, examples };
    case 'connectivity':
      return { what, ends: [one!, other!], points, examples };
    case 'simplex':
      return { what, vertices: [one!, other!, third!], steps: points, beyond: reach, examples };
  }
}

/** Points at which the loss is computed, each a pass over the examples; `checkpoints`: of the run, for a trajectory. */
export function landscapePoints({ what, points, reach }: LandscapeForm, checkpoints: number): number {
  switch (what) {
    case 'surface':
      return points ** 2;
    case 'trajectory':
      return points ** 2 + 2 * checkpoints;
    case 'connectivity':
      return points;
    case 'simplex': {
      // A triangular grid whose edges lie whole steps beyond those of the simplex.
      const edge = points + 3 * Math.floor(reach * points + 1e-9);
      return ((edge + 1) * (edge + 2)) / 2;
    }
  }
}

import type { SpecificationInput } from '../../contract/index.ts';

type Probes = NonNullable<SpecificationInput['probes']>;
type Interpolation = Extract<Probes[number], { kind: 'interpolation' }>;

/** Rows that the three probes of a walk measure. */
export const walkRows = ['W-interp', 'W-cos', 'W-dist', 'W-barrier', 'W-height'] as const;

/** What the three panels of the walk figure show; `window` says which updates are interpolated (default: all). */
export function walkProbes(window: Pick<Interpolation, 'epochs' | 'iterations'> = {}): Probes {
  return [{ kind: 'interpolation', ...window }, { kind: 'gradient-cosine' }, { kind: 'distance' }];
}

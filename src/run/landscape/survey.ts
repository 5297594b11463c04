import type { LandscapeDocument } from '../../contract/index.ts';
import type { LossMap, MapOptions } from '../../landscape/index.ts';
import type { Identity } from './journal.ts';

/** A landscape before it is measured. */
export interface Survey {
  /** What decides its numbers, beside what its terrain says. */
  readonly options: Identity;
  /** Points of its map, which can be computed in parts. */
  readonly points: number;
  /** What is evaluated once the map is whole. */
  readonly others: number;
  /** Computes the map, or a part of it. */
  measure(map: MapOptions, going: GoingOn): Promise<Measured>;
}

/** Who measures hears where it is, and whether it shall go on. */
export interface GoingOn {
  /** Notes how many points are computed. Throws `INTERRUPTED` where the work was told to end. */
  reached(points: number): void;
  /** Throws `INTERRUPTED` where the work was told to end. */
  requireGoingOn(): void;
}

export interface Measured {
  readonly map: LossMap;
  /** Of a whole map. */
  document(): Promise<LandscapeDocument>;
}

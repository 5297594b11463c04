import type { FlatSpecification, RunListEntry } from '../../../../src/contract/index.ts';

/** A run of a comparison. */
export interface ComparedRun {
  readonly id: string;
  /** As the list has it; null: it is not there any more. */
  readonly entry: RunListEntry | null;
  /** Every value of its specification by its key: `optimizer.learningRate`. */
  readonly specification: FlatSpecification;
}

/** What a run is called. */
export const titleOf = ({ id, entry }: ComparedRun): string => entry?.name ?? id;

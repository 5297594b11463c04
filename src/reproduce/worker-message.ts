import type { Scale } from '../contract/index.ts';

/** Which computation a process shall make: the plan is made again there, since functions cannot be sent. */
export interface ComputationOrder {
  readonly paper: string;
  readonly scale: Scale;
  readonly seeds: number | undefined;
  /** Identifier of the trial. */
  readonly id: string;
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
  readonly threads: number;
}

/** What that process tells. */
export type ComputationMessage =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

/** A training example of a run, by its position in the training set. */
export interface ExampleRequest {
  readonly runsDirectory: string;
  /** The run. */
  readonly id: string;
  readonly position: number;
  /** Iteration of a checkpoint whose prediction is wanted as well, or 0 for the initial point; null: none is wanted. */
  readonly at: number | null;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
}

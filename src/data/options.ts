/** Options of every loader. */
export interface LoadOptions {
  /** The folder that holds the data (`--data`); without it `$THALWEG_DATA` or the per-user cache is used. */
  readonly dataDirectory?: string | undefined;
  /** Seed of the run: it draws the subsets, and label noise without a seed of its own. */
  readonly seed: number;
  /** Called while images are decoded for the first time: the data set and the number of images so far. */
  readonly onDecoding?: ((name: string, images: number) => void) | undefined;
  /** Called with what was decided about inputs that the specification left open. */
  readonly onNote?: ((message: string) => void) | undefined;
}

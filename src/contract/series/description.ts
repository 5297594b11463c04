/** What a series of records is. */
export interface SeriesDescription {
  readonly title: string;
  readonly unit: string;
  /** Row of mission.md, or null for ordinary training curves. */
  readonly row: string | null;
  readonly description: string;
}

/** A description in the order of its fields. */
export const series = (title: string, unit: string, row: string | null, description: string): SeriesDescription => ({
  title,
  unit,
  row,
  description,
});

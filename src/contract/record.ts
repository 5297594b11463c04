import { z } from 'zod';
import { seriesCatalogue } from './series/index.ts';

export { seriesCatalogue };
export type { SeriesDescription } from './series/description.ts';

/**
 * One measured number. `iteration` t is the number of updates made before θ_t; `coordinate` is α for points between
 * θ_t and θ_{t+1}. An estimate carries the number of examples it came from and its standard error; an exact value has
 * `standardError` null. `value` may be NaN or infinite: a diverged loss is a measurement too.
 */
export interface MetricRecord {
  readonly series: SeriesName;
  readonly iteration: number;
  readonly coordinate: number | null;
  readonly value: number;
  readonly standardError: number | null;
  readonly examples: number | null;
}

/** A record with its place in the run's history; `seq` only grows, also over a resume. */
export interface StoredRecord extends MetricRecord {
  readonly seq: number;
}

export type SeriesName = keyof typeof seriesCatalogue;
export const seriesNames = Object.keys(seriesCatalogue) as SeriesName[];
export const seriesNameSchema = z.enum(seriesNames as [SeriesName, ...SeriesName[]]);

/** A number in JSON. Those that it lacks are written as "NaN", "Infinity", "-Infinity". */
export const jsonNumberSchema = z.union([z.number(), z.literal('NaN'), z.literal('Infinity'), z.literal('-Infinity')]);
export type JsonNumber = z.infer<typeof jsonNumberSchema>;
export const encodeNumber = (value: number): JsonNumber =>
  Number.isFinite(value) ? value : (String(value) as Exclude<JsonNumber, number>);

/** Columns of many records: how they travel to the page. */
export const recordColumnsSchema = z.strictObject({
  seq: z.array(z.int()),
  iteration: z.array(z.int()),
  coordinate: z.array(z.number().nullable()),
  value: z.array(jsonNumberSchema),
  standardError: z.array(jsonNumberSchema.nullable()),
  examples: z.array(z.int().nullable()),
});
export type RecordColumns = z.infer<typeof recordColumnsSchema>;

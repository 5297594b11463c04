import { z } from 'zod';
import type { SeriesDescription } from './series/description.ts';
import { seriesCatalogue } from './series/index.ts';
import { describeOwnSeries, isOwnSeries, type OwnSeriesName } from './series/own.ts';

export { isOwnSeries, seriesCatalogue };
export type { OwnSeriesName, SeriesDescription };

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

/** A series that Thalweg itself can record. */
export type CatalogueSeries = keyof typeof seriesCatalogue;
export type SeriesName = CatalogueSeries | OwnSeriesName;
/** Those of the catalogue, in its order. */
export const seriesNames = Object.keys(seriesCatalogue) as CatalogueSeries[];

const places = new Map<string, number>(seriesNames.map((name, place) => [name, place]));

export const isSeriesName = (name: string): name is SeriesName => places.has(name) || isOwnSeries(name);

export const seriesNameSchema = z
  .string()
  .refine(isSeriesName, 'expected a series of the catalogue, or one’s own: own.<name>')
  .meta({ examples: ['train.loss', 'own.alignment'] });

/** What a series is; of one's own only the name is known. */
export const describeSeries = (name: SeriesName): SeriesDescription =>
  isOwnSeries(name) ? describeOwnSeries(name) : seriesCatalogue[name];

/** Each once, in the order of the catalogue; one's own follow by name. */
export const inSeriesOrder = (names: Iterable<SeriesName>): SeriesName[] =>
  [...new Set(names)].sort(
    (a, b) => (places.get(a) ?? Infinity) - (places.get(b) ?? Infinity) || (a < b ? -1 : a > b ? 1 : 0),
  );

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

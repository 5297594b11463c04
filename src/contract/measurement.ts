import { z } from 'zod';
import { encodeNumber, jsonNumberSchema, seriesNameSchema, type MetricRecord } from './record.ts';
import { quantityKinds, type QuantityKind } from './specification/index.ts';

/** One number that was measured at a checkpoint. An exact value has `standardError` null. */
export interface MeasuredValue extends Pick<MetricRecord, 'value' | 'standardError' | 'examples'> {
  /** The series that a probe would record it in. */
  readonly name: MetricRecord['series'];
  readonly quantity: QuantityKind;
  /** Only for series that have one. */
  readonly coordinate?: number;
  /** Products with a matrix (or passes over the examples) of its quantity's measurement, which all its values share. */
  readonly products: number;
  /** Wall time of that measurement. */
  readonly seconds: number;
  /** Whether that measurement reached the accuracy that was asked for; null where nothing iterates. */
  readonly converged: boolean | null;
}

/** What was measured at a checkpoint of a run. */
export interface MeasurementReport {
  readonly run: string;
  readonly iteration: number;
  readonly quantities: readonly MeasuredValue[];
}

/** The document of `thalweg measure --json`. */
export const measurementDocumentSchema = z.strictObject({
  run: z.string(),
  iteration: z.int().nonnegative().describe('updates made before the parameters that were measured'),
  quantities: z.array(
    z.strictObject({
      name: seriesNameSchema.describe('the series that a probe would record it in'),
      quantity: z.enum(quantityKinds),
      coordinate: z.number().optional().describe('only for series that have one'),
      value: jsonNumberSchema,
      standardError: jsonNumberSchema.nullable().describe('null: exact for its examples'),
      examples: z.int().positive().nullable(),
      products: z
        .int()
        .nonnegative()
        .describe('products with a matrix, or passes over the examples, of the measurement that gave it'),
      seconds: z.number().nonnegative().describe('wall time of that measurement'),
      converged: z
        .boolean()
        .nullable()
        .describe('whether it reached the accuracy that was asked for; null where nothing iterates'),
    }),
  ),
});
export type MeasurementDocument = z.infer<typeof measurementDocumentSchema>;

/** A measurement that is kept in the folder of its run, with the values of single examples where it has them. */
export const keptMeasurementSchema = z.strictObject({
  ...measurementDocumentSchema.shape,
  columns: z
    .record(z.string(), z.array(jsonNumberSchema))
    .describe(
      'values of single examples by name, their position in the training set and their label among them; empty without',
    ),
});
export type KeptMeasurement = z.infer<typeof keptMeasurementSchema>;

/** The report as it travels in JSON. */
export const encodeMeasurements = ({ run, iteration, quantities }: MeasurementReport): MeasurementDocument => ({
  run,
  iteration,
  quantities: quantities.map((measured) => ({
    ...measured,
    value: encodeNumber(measured.value),
    standardError: measured.standardError === null ? null : encodeNumber(measured.standardError),
  })),
});

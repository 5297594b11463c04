import { z } from 'zod';

/** A cell of a sweep: a value for each of its axes, by their keys. */
export const sweepCellSchema = z.record(z.string(), z.unknown());
export type SweepCell = Readonly<z.output<typeof sweepCellSchema>>;

/** A key that is varied, with the values that it takes in the order in which they first come. */
export const sweepAxisSchema = z.strictObject({
  key: z.string(),
  kind: z.enum(['grid', 'list', 'random']),
  values: z.array(z.unknown()),
});
export type SweepAxis = z.output<typeof sweepAxisSchema>;

/** Cells that were planned for and are not there. */
export const leftOutSchema = z.strictObject({
  constraints: z.int().nonnegative().describe('cells that do not fulfil the constraints'),
  repeated: z.int().nonnegative().describe('random draws that gave what an earlier one gave'),
});
export type LeftOut = z.output<typeof leftOutSchema>;

export const sweepRecordVersion = 1;

/** A sweep that was started in a folder of runs: its plan, as the page shows it. The runs say themselves how far they are. */
export const sweepRecordSchema = z.strictObject({
  version: z.literal(sweepRecordVersion),
  name: z.string(),
  created: z.iso.datetime().describe('when it was started for the first time'),
  updated: z.iso.datetime(),
  state: z.enum(['running', 'idle']).describe('whether somebody works on it; running without a living holder is idle'),
  source: z.strictObject({
    path: z.string().describe('the sweep file, as it was named'),
    text: z.string().describe('its content'),
  }),
  axes: z.array(sweepAxisSchema),
  cells: z.array(sweepCellSchema),
  runs: z.array(
    z.strictObject({
      id: z.string(),
      cell: z.int().nonnegative().describe('place in `cells`'),
      seed: z.int().nonnegative(),
    }),
  ),
  leftOut: leftOutSchema,
  dropped: z
    .array(z.strictObject({ cell: z.int().nonnegative(), rung: z.string().describe('"9 epochs"') }))
    .describe('cells that a halving ended, with the place where it decided'),
});
export type SweepRecord = z.output<typeof sweepRecordSchema>;

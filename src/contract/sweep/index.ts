export * from './api.ts';
export { type GridAxis, type RandomAxis } from './axis.ts';
export { brushesText, parseBrushes, parsePlaces, placesText, type Brushes, type Places } from './choices.ts';
export { sweepSchema, type Constraint, type Halving, type Sweep, type SweepInput } from './file.ts';
export { finalQuantities, type FinalQuantity } from './quantity.ts';
export {
  sweepRecordSchema,
  sweepRecordVersion,
  type LeftOut,
  type SweepAxis,
  type SweepCell,
  type SweepRecord,
} from './record.ts';
export {
  secondsLeftOf,
  sweepProgress,
  sweepRuns,
  type SweepProgress,
  type SweepRunStanding,
  type SweepRunState,
} from './standing.ts';

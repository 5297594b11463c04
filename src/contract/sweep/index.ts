export { type GridAxis, type RandomAxis } from './axis.ts';
export { sweepSchema, type Constraint, type Halving, type Sweep, type SweepInput } from './file.ts';
export {
  sweepRecordSchema,
  sweepRecordVersion,
  type LeftOut,
  type SweepAxis,
  type SweepCell,
  type SweepRecord,
} from './record.ts';

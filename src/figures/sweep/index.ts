export { isSweepFigureId, sweepFigureIds, type SweepFigureId } from './ids.ts';
export {
  matrixSide,
  seedKey,
  settingOf,
  settingText,
  settingTitle,
  type MatrixSide,
  type SettingAxis,
} from './axes.ts';
export {
  noAxis,
  matrixAxes as shownAxes,
  shownQuantity,
  sweepSource,
  type MatrixChoices,
  type SweepSource,
} from './choice.ts';
export { sweepMatrixFigure, type SweepMatrixFigure } from './matrix.ts';
export { sweepMatrix, type MatrixCell, type SweepMatrix } from './matrix-cells.ts';
export type { PlacedCell } from './matrix-frame.ts';
export { sweepParallelFigure, type ParallelChoices, type SweepParallelFigure } from './parallel.ts';
export type { PlacedAxis } from './parallel-marks.ts';
export { isWithin, parallelLines, type ParallelAxis, type ParallelLine } from './parallel-lines.ts';
export { quantityText, quantityTitle } from './quantities.ts';
export { finalValue, spreadOf, spreadText, type RunSpread } from './spread.ts';

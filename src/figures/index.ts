export { buildFigure, canDraw, captionOf, figureCatalogue, figureIds, figureTable } from './catalogue.ts';
export type { FigureId } from './catalogue.ts';
export type { FigureDescription, FigureGroup } from './catalogue/entry.ts';
export type { FigureRecords, FigureSource } from './source.ts';
export { drawnCsv, tableCsv } from './table.ts';
export type { FigureTable, TabledFigure, TableValue } from './table.ts';
export { joinedTables } from './drawn-tables.ts';
export { alternativeLosses } from './equal-loss.ts';
export { passageThrough, atPassage } from './passage.ts';
export type { Passage } from './passage.ts';
export { connectivityFigure } from './connectivity.ts';
export type { ConnectivityFigureData } from './connectivity.ts';
export {
  clipCurve,
  curveOf,
  curveThrough,
  extentOf,
  isBroken,
  joiningOf,
  liesBetweenIterations,
  lowerBound,
  positionOf,
} from './curve.ts';
export type { Curve, CurveColumns, Joining, Points } from './curve.ts';
export { barsFigure } from './bars.ts';
export type { Bar, BarCategory, BarsFigureData } from './bars.ts';
export { boxesFigure } from './boxes.ts';
export type { BoxCategory, BoxesFigureData } from './boxes.ts';
export { confidenceSimplexFigure, impurity } from './confidence-simplex.ts';
export type { SurfaceGrid } from './contours.ts';
export { heatmapFigure } from './heatmap.ts';
export type { HeatmapContent, HeatmapFigureData, PlaneAxis } from './heatmap.ts';
export { crossEntropyShape, gcdfShape, hingeShape, lossShapes, lossShapesFigure } from './loss-shapes.ts';
export type { LossShape } from './loss-shapes.ts';
export { simplexFigure } from './simplex.ts';
export type { SimplexFigureData } from './simplex.ts';
export { buildFormulaFigure, formulaFigureIds, formulaFigures, isFormulaFigureId } from './formula-figures.ts';
export type { FormulaFigure, FormulaFigureId } from './formula-figures.ts';
export { histogramFigure } from './histogram.ts';
export type { HistogramFigureData, HistogramGroup } from './histogram.ts';
export { intervalsFigure } from './intervals.ts';
export type { IntervalRow, IntervalsFigureData } from './intervals.ts';
export { scatterFigure } from './scatter.ts';
export type { ScatterFigureData, ScatterGroup, ScatterPanel } from './scatter.ts';
export { canShow, fitAxis, iterationAxis, scaled, unscaled } from './axis.ts';
export type { Axis, Domain, FittedAxis, Scale } from './axis.ts';
export type { Band } from './band.ts';
export { censusOf, CurveRows, nearestRow, pointAt } from './curve-rows.ts';
export type { Census, RowColumns, SeriesPoint } from './curve-rows.ts';
export { decimate, decimateRows, upperBound } from './decimate.ts';
export type { Grid, PointColumns } from './decimate.ts';
export { densityFigure } from './density.ts';
export type { DensityFigureData } from './density.ts';
export { groupMean } from './group-mean.ts';
export { heightsFigure } from './heights.ts';
export type { HeightsFigureData } from './heights.ts';
export { describeLearningRate } from './learning-rate.ts';
export { linesFigure } from './lines.ts';
export type { ColorGroups, CurvesPanel, GroupedCurve, GroupOrder, LinesFigureData } from './lines.ts';
export { groupColors, groupDashes, mostDashes } from './groups.ts';
export type { Coloring } from './groups.ts';
export { tickLabel, ticksOf } from './ticks.ts';
export { markHeight } from './mark-height.ts';
export type { OffScale, ValueMark } from './mark-height.ts';
export { valueSymbols } from './value-marks.ts';
export type { Reference } from './references.ts';
export { landscapeFigure } from './landscape.ts';
export { figureBottom, renderFigure } from './render/render-figure.ts';
export type { FigureDocument, FigureElement } from './render/pen.ts';
export { modelTitle } from './model-title.ts';
export { rulesTitle, type UpdateRules } from './rule-title.ts';
export { scheduleFigure } from './schedule.ts';
export type { ScheduleFigureData } from './schedule.ts';
export { defaultWidth, floorDash, maximumIterationLines, validationDash } from './specification.ts';
export type {
  FigureCaption,
  FigureLook,
  FigureOptions,
  FigurePanel,
  FigureSpecification,
  LegendEntry,
  MarkerShape,
} from './specification.ts';
export { surfaceFigure } from './surface.ts';
export type { SurfaceFigureData, Trajectory } from './surface.ts';
export { figureThemes, fontStack } from './theme.ts';
export type { FigureTheme, ThemeColor, ThemeName } from './theme.ts';
export { traceScatterFigure } from './trace-scatter.ts';
export type { TraceScatterData } from './trace-scatter.ts';
export { domainOf, walkFigure } from './walk.ts';
export type { WalkFigureData } from './walk.ts';
export { commandOf, durationText, effectText, numberText, pText, resultText, smokeWarning } from './ledger-text.ts';
export * from './sweep/index.ts';

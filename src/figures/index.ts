export { buildFigure, captionOf, figureCatalogue, figureIds } from './catalogue.ts';
export type { FigureDescription, FigureId, FigureSource } from './catalogue.ts';
export { clipCurve, curveOf, extentOf, isBroken, lowerBound, positionOf } from './curve.ts';
export type { Curve, CurveColumns, Joining } from './curve.ts';
export { fitAxis, iterationAxis } from './axis.ts';
export type { Axis, Domain, Scale } from './axis.ts';
export type { Band } from './band.ts';
export { curvesFigure } from './curves.ts';
export type { CurvesFigureData } from './curves.ts';
export { decimate } from './decimate.ts';
export type { PointColumns } from './decimate.ts';
export { heightsFigure } from './heights.ts';
export type { HeightsFigureData } from './heights.ts';
export { describeLearningRate } from './learning-rate.ts';
export { linesFigure } from './lines.ts';
export type { CurvesPanel, GroupedCurve, LinesFigureData } from './lines.ts';
export type { Coloring } from './groups.ts';
export type { Reference } from './references.ts';
export { modelTitle } from './model-title.ts';
export { rulesTitle } from './rule-title.ts';
export { scheduleFigure } from './schedule.ts';
export type { ScheduleFigureData } from './schedule.ts';
export { defaultWidth, floorDash, validationDash } from './specification.ts';
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
export type { SurfaceFigureData } from './surface.ts';
export { figureThemes, fontStack } from './theme.ts';
export type { FigureTheme, ThemeColor, ThemeName } from './theme.ts';
export { domainOf, maximumIterationLines, walkFigure } from './walk.ts';
export type { WalkFigureData } from './walk.ts';

import { suggest, ThalwegError } from '../base/index.ts';
import { confidenceSimplexFigure } from './confidence-simplex.ts';
import { lossShapesFigure } from './loss-shapes.ts';
import type { FigureLook, FigureSpecification } from './specification.ts';

/** A figure of a formula, which needs no run. */
export interface FormulaFigure {
  readonly title: string;
  /** Rows of mission.md that it shows. */
  readonly rows: readonly string[];
  readonly build: (look: FigureLook) => FigureSpecification;
}

const entries = {
  'loss-shapes': {
    title: 'Gcdf, tempered cross-entropy and hinge loss against z, for several parameters',
    rows: ['G-shape'],
    build: (look) => lossShapesFigure(look),
  },
  'confidence-simplex': {
    title: '1 − Σ aⱼ² over the probabilities of three classes',
    rows: ['M-simplex'],
    build: (look) => confidenceSimplexFigure(look),
  },
} as const satisfies Record<string, FormulaFigure>;

export type FormulaFigureId = keyof typeof entries;
export const formulaFigureIds = Object.keys(entries) as FormulaFigureId[];
/** Every figure of a formula by its identifier. */
export const formulaFigures: Readonly<Record<FormulaFigureId, FormulaFigure>> = entries;

export const isFormulaFigureId = (id: string): id is FormulaFigureId => Object.hasOwn(entries, id);

/** The figure `id` of a formula. Throws `FIGURE_UNKNOWN` for another id. */
export function buildFormulaFigure(id: string, look: FigureLook = {}): FigureSpecification {
  if (isFormulaFigureId(id)) return formulaFigures[id].build(look);
  throw new ThalwegError('FIGURE_UNKNOWN', `figure: no figure of a formula "${id}"; ${suggest(id, formulaFigureIds)}`);
}

import erf from '@stdlib/math-base-special-erf';
import type { Curve } from './curve.ts';
import { linesFigure } from './lines.ts';
import type { CurvesPanel } from './lines.ts';
import type { FigureLook } from './specification.ts';
import type { TabledFigure } from './table.ts';

/** A loss of one example with two classes against `z = s_y − s_j`. */
/** A loss of one example as a function of its margin or score z, with its parameter. */
export type LossShape = (z: number, parameter: number) => number;

/** `Φ(−z/(σ√2))` with ‖x‖ = 1 (row G-gcdf). */
export const gcdfShape: LossShape = (z, sigma) => (1 - erf(z / (2 * sigma))) / 2;

/** `log(1 + exp(−z/T))`, nat (row G-ce); written so that no exponential overflows. */
export const crossEntropyShape: LossShape = (z, temperature) =>
  Math.max(0, -z / temperature) + Math.log1p(Math.exp(-Math.abs(z / temperature)));

/** `max(0, γ − z)` (row G-hinge). */
export const hingeShape: LossShape = (z, gamma) => Math.max(0, gamma - z);

const [from, to, points] = [-6, 6, 481];

const usualParameters = [0.5, 1, 2, 4, 8];

/** The three losses with two classes, in the order of their panels. */
export const lossShapes: readonly { readonly title: string; readonly unit?: string; readonly shape: LossShape }[] = [
  { title: 'Gcdf loss Φ(−z/(σ√2))', shape: gcdfShape },
  { title: 'Tempered cross-entropy log(1 + exp(−z/T))', unit: 'nat', shape: crossEntropyShape },
  { title: 'Hinge loss max(0, γ − z)', shape: hingeShape },
];

/**
 * The three alternative losses with two classes against `z`, for several parameters (row G-shape, paper G, figure 1).
 *
 * @param parameters values of σ, T and γ, ascending; default 0.5, 1, 2, 4, 8
 */
export function lossShapesFigure(
  look: FigureLook = {},
  { parameters = usualParameters }: { readonly parameters?: readonly number[] } = {},
): TabledFigure {
  return linesFigure(
    {
      id: 'loss-shapes',
      title: 'Three losses against the margin of the scores',
      subtitle:
        'two classes; z: score of the right class less that of the other, positive where the example is classified correctly; ‖x‖ = 1',
      x: { label: 'z' },
      colors: { title: 'σ, T or γ', coloring: 'sequence' },
      columns: (look.width ?? Infinity) < 640 ? 1 : 3,
      panels: lossShapes.map(({ title, unit, shape }): CurvesPanel => ({
        title,
        y: { label: null, ...(unit !== undefined && { unit }) },
        curves: parameters.map((parameter) => ({ color: String(parameter), curve: curveOfShape(shape, parameter) })),
        references: [{ kind: 'vertical', at: 0, label: 'boundary z = 0' }],
      })),
    },
    look,
  );
}

function curveOfShape(shape: LossShape, parameter: number): Curve {
  const z = Float64Array.from({ length: points }, (_, index) => from + ((to - from) * index) / (points - 1));
  return { x: z, y: z.map((value) => shape(value, parameter)) };
}

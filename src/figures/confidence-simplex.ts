import { simplexFigure } from './simplex.ts';
import type { SimplexFigureData } from './simplex.ts';
import type { FigureLook } from './specification.ts';
import type { TabledFigure } from './table.ts';

/** A multiple of three: the middle is a point of the grid. */
const steps = 39;

/** `1 − Σ_j a_j²` of probabilities a: 0 where one class is certain, at most 1 − 1/C (row M-simplex). */
export const impurity = (probabilities: readonly number[]): number =>
  1 - probabilities.reduce((sum, share) => sum + share * share, 0);

/** `1 − Σ a_j²` over all probabilities of three classes (row M-simplex, paper M, figure 1): the Hessian's trace by confidence. One point can be pointed out. */
export function confidenceSimplexFigure(
  look: FigureLook = {},
  { pointed }: Pick<SimplexFigureData, 'pointed'> = {},
): TabledFigure {
  const coordinates = Array.from({ length: steps + 1 }, (_, third) =>
    Array.from({ length: steps + 1 - third }, (_, second) =>
      [steps - second - third, second, third].map((part) => part / steps),
    ),
  ).flat();
  return simplexFigure(
    {
      id: 'confidence-simplex',
      title: 'What is left of confidence: 1 − Σ aⱼ²',
      subtitle: 'over all probabilities a of three classes; 0 at the corners, 2/3 in the middle',
      quantity: { title: '1 − Σ aⱼ²', unit: null },
      steps,
      coordinates,
      values: coordinates.map(impurity),
      ...(pointed && { pointed }),
      vertices: ['a = (1, 0, 0)', 'a = (0, 1, 0)', 'a = (0, 0, 1)'],
    },
    look,
  );
}

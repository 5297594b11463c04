import { linesFigure, surfaceFigure } from '../../figures/index.ts';
import { contraction } from '../../theory/index.ts';
import { trialOf } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { curvatures, drawnStep } from './quadratic-experiment.ts';

const titles = { steep: 'λ = 1', flat: 'λ = 0.1' } as const;
const names = ['steep', 'flat'] as const;

/** η of the drawn lines of |λη − 1|. */
const drawn = Float64Array.from({ length: 221 }, (_, index) => index / 100);

const rates: PaperFigure = {
  id: 'W-quad.rates',
  row: 'W-quad',
  place: 'figure 28',
  title: '|λη − 1| against the learning rate',
  caption:
    'Factor by which the distance to the minimum changes at each step along both eigenvectors: measured (coloured, first seed) on the lines |λη − 1|. Above 1 it diverges; beyond η = 1/λ it changes sides at each step.',
  needs: ['W-quad'],
  claims: ['W-quad.rate', 'W-quad.under-damped', 'W-quad.over-damped', 'W-quad.diverges'],
  draw(evidence, look) {
    const trial = trialOf(evidence, 'W-quad', evidence.seeds[0]!);
    const step = Float64Array.from(trial.array('step'));
    return linesFigure(
      {
        id: 'W-quad.rates',
        title: 'Rates of gradient descent on a quadratic',
        subtitle: '|λη − 1| along two eigenvectors; 1 seed',
        x: { label: 'learning rate η' },
        panels: [
          {
            title: 'factor for each step',
            y: { label: 'factor' },
            curves: names.map((name) => ({
              color: titles[name],
              curve: { x: step, y: Float64Array.from(trial.array(name)) },
              seeds: 1,
            })),
            references: [
              ...names.map((name) => ({
                kind: 'curve' as const,
                label: '|λη − 1|',
                curve: { x: drawn.slice(1), y: drawn.slice(1).map((eta) => contraction(curvatures[name], eta)) },
              })),
              { kind: 'horizontal', label: 'no change', at: 1 },
            ],
          },
        ],
      },
      look,
    );
  },
};

const path: PaperFigure = {
  id: 'W-quad.path',
  row: 'W-quad',
  place: 'figure 28 and section 5',
  title: 'Bouncing in a quadratic valley',
  caption:
    'Gradient descent at η = 1.8 on a quadratic with eigenvalues 1 and 0.1: from wall to wall, and along the valley. First seed.',
  needs: ['W-quad'],
  claims: ['W-quad.under-damped', 'W-quad.opposite-gradients', 'W-quad.valley'],
  draw(evidence, look) {
    const trial = trialOf(evidence, 'W-quad', evidence.seeds[0]!);
    const y = trial.array('path.y');
    return surfaceFigure(
      {
        title: 'Bouncing in a quadratic valley',
        subtitle: `gradient descent, η = ${drawnStep}, eigenvalues 1 and 0.1; 1 seed`,
        a: trial.array('axis'),
        b: trial.array('axis'),
        loss: trial.array('loss'),
        axes: { a: 'x', b: 'y' },
        trajectory: trial.array('path.x').map((x, index) => [x, y[index]!] as const),
      },
      look,
    );
  },
};

/** Figures of the row W-quad. */
export const quadraticFigures: readonly PaperFigure[] = [rates, path];

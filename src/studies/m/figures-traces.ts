import { scatterFigure } from '../../figures/index.ts';
import { trialOf, type EvidenceTrial } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { arrayName } from './example-traces.ts';
import { kept } from './readings.ts';
import { networks, networkTitles } from './settings.ts';

const affine: PaperFigure = {
  id: 'M-aceht.figure2',
  row: 'M-aceht',
  place: 'figure 2',
  title: 'Affine trace and Hessian trace of an affine classifier',
  caption:
    'Each training example of MNIST at arbitrary parameters: the closed form against the exact Hessian trace and against ' +
    'Hutchinson’s estimate of it. One seed: the first.',
  needs: ['M-affine-traces'],
  claims: ['M-aceht.affine', 'M-aceht.estimate'],
  draw(evidence, options) {
    const trial = trialOf(evidence, 'M-affine-traces', evidence.seeds[0]!);
    const x = trial.array('arbitrary.affine');
    return scatterFigure(
      {
        id: 'M-aceht.figure2',
        title: 'Affine trace, exact Hessian trace and its estimate: an affine classifier',
        subtitle: `one point for each example; seed ${trial.seed}`,
        fitted: true,
        panels: [
          {
            title: 'affine classifier of MNIST, arbitrary parameters',
            x: { label: 'affine trace' },
            y: { label: 'Hessian trace' },
            groups: [
              { label: 'Hutchinson’s estimate', x, y: trial.array('arbitrary.estimate') },
              { label: 'exact trace', x, y: trial.array('arbitrary.exact') },
            ],
          },
        ],
      },
      options,
    );
  },
};

const errors: PaperFigure = {
  id: 'M-ht.errors',
  row: 'M-ht',
  place: 'figure 2',
  title: 'Errors of estimated Hessian traces',
  caption:
    'The distance of Hutchinson’s estimate from the exact trace, and its standard error, for each example of the affine ' +
    'classifier. One seed: the first.',
  needs: ['M-affine-traces'],
  claims: ['M-ht.agree', 'M-ht.inaccuracy'],
  draw(evidence, options) {
    const trial = trialOf(evidence, 'M-affine-traces', evidence.seeds[0]!);
    const [exact, estimate] = [trial.array('arbitrary.exact'), trial.array('arbitrary.estimate')];
    return scatterFigure(
      {
        id: 'M-ht.errors',
        title: 'Errors of estimated Hessian traces: an affine classifier',
        subtitle: `one point for each example; seed ${trial.seed}`,
        fitted: true,
        panels: [
          {
            title: 'Hutchinson’s method, one example at a time',
            x: { label: 'exact trace' },
            y: { label: 'error' },
            groups: [
              {
                label: 'distance from the exact trace',
                x: exact,
                y: estimate.map((value, k) => Math.abs(value - exact[k]!)),
              },
              { label: 'standard error', x: exact, y: trial.array('arbitrary.standardError') },
            ],
          },
        ],
      },
      options,
    );
  },
};

/** Points of a scatter on logarithmic axes: correctly classified examples at the end. */
const correctAtEnd = (trial: EvidenceTrial, name: 'top' | 'affineFeatures' | 'affineInput' | 'boundInput'): number[] =>
  kept(trial.array(arrayName('end', name)), trial.array(arrayName('end', 'correct')));

const top: PaperFigure = {
  id: 'M-aceht.top-layer',
  row: 'M-aceht',
  place: 'section 3.2, beyond the paper',
  title: 'The affine trace of the features, and the top layer’s trace',
  caption: 'Correctly classified training examples at the end of training, both axes logarithmic. One seed: the first.',
  needs: ['M-examples'],
  claims: ['M-aceht.top'],
  draw: (evidence, options) =>
    scatterFigure(
      {
        id: 'M-aceht.top-layer',
        title: 'Affine trace of the features and exact trace of the top layer’s block',
        subtitle: `one point for each correctly classified example at the end; seed ${evidence.seeds[0]!}`,
        columns: networks.length,
        panels: networks.map((network) => {
          const trial = trialOf(evidence, 'M-examples', evidence.seeds[0]!, { network });
          return {
            title: networkTitles[network],
            x: { label: 'affine trace of the features', scale: 'log' as const },
            y: { label: 'exact trace of the top layer', scale: 'log' as const },
            groups: [{ label: 'an example', x: correctAtEnd(trial, 'affineFeatures'), y: correctAtEnd(trial, 'top') }],
            references: [{ kind: 'identity' as const, label: 'equal' }],
          };
        }),
      },
      options,
    ),
};

const bound: PaperFigure = {
  id: 'M-bound.gap',
  row: 'M-bound',
  place: 'section 3.1',
  title: 'The margin bound and the affine trace',
  caption: 'Correctly classified training examples at the end of training, both axes logarithmic. One seed: the first.',
  needs: ['M-examples'],
  claims: ['M-bound.upper', 'M-bound.affine', 'M-bound.tightens'],
  draw: (evidence, options) =>
    scatterFigure(
      {
        id: 'M-bound.gap',
        title: 'Margin bound and affine trace',
        subtitle: `one point for each correctly classified example at the end; seed ${evidence.seeds[0]!}`,
        columns: networks.length,
        panels: networks.map((network) => {
          const trial = trialOf(evidence, 'M-examples', evidence.seeds[0]!, { network });
          return {
            title: networkTitles[network],
            x: { label: 'affine trace', scale: 'log' as const },
            y: { label: 'margin bound', scale: 'log' as const },
            groups: [
              { label: 'an example', x: correctAtEnd(trial, 'affineInput'), y: correctAtEnd(trial, 'boundInput') },
            ],
            references: [{ kind: 'identity' as const, label: 'equal' }],
          };
        }),
      },
      options,
    ),
};

export const tracesFigures: readonly PaperFigure[] = [affine, top, bound, errors];

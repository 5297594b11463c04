import type { SeriesName } from '../../contract/index.ts';
import { linesFigure } from '../../figures/index.ts';
import { bandWords, seriesCurve } from '../curves.ts';
import type { PaperFigure } from '../paper.ts';

type Line = readonly [words: string, series: SeriesName];

const panels: readonly { readonly title: string; readonly lines: readonly Line[]; readonly log: boolean }[] = [
  {
    title: 'leading directions',
    lines: [
      ['overlap of eigenspaces', 'alignment.overlap'],
      ['cosine of C and H', 'alignment.cosine'],
    ],
    log: false,
  },
  {
    title: 'traces',
    lines: [
      ['tr H', 'alignment.hessianTrace'],
      ['tr C', 'alignment.covarianceTrace'],
    ],
    log: true,
  },
  {
    title: 'residual over Hessian',
    lines: [
      ['Frobenius norm', 'alignment.residualFrobenius'],
      ['spectral norm', 'alignment.residualSpectral'],
    ],
    log: false,
  },
];

export const covarianceFigures: readonly PaperFigure[] = [
  {
    id: 'W-cov.alignment',
    row: 'W-cov',
    place: 'equation 3',
    title: 'Gradient covariance against Hessian',
    caption:
      'Overlap (mean of cos² of principal angles) and cosine on the leading directions, traces, and the norm of what equation 3 leaves; means over seeds with bands of one standard deviation.',
    needs: ['W-cov'],
    claims: ['W-cov.overlap', 'W-cov.cosine', 'W-cov.residual', 'W-cov.equal'],
    draw: (evidence, options) =>
      linesFigure(
        {
          id: 'W-cov.alignment',
          title: 'Gradient covariance against Hessian',
          subtitle: 'on the leading eigenvectors, along training with SGD',
          x: { label: 'iteration' },
          band: bandWords.deviation,
          panels: panels.map(({ title, lines, log }) => ({
            title,
            y: { label: null, scale: log ? 'log' : 'linear' },
            curves: lines.map(([color, series]) => seriesCurve(evidence.trials('W-cov'), { color, series })),
          })),
        },
        options,
      ),
  },
];

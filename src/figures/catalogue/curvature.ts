import { densityFigure } from '../density.ts';
import { scalingFigure } from '../scaling.ts';
import { seriesFigure } from '../series-figure.ts';
import type { SeriesLine } from '../series-figure.ts';
import { floorDash, validationDash } from '../specification.ts';
import type { FigureEntry } from './entry.ts';

const stability: SeriesLine = { series: 'hessian.stability', label: '2(1 + β)/η', color: 'floor', dash: floorDash };
const smallest: SeriesLine = { series: 'hessian.mostNegative', label: 'smallest', color: 'muted' };

/** Curvature of the loss along training. */
export const curvatureFigures = {
  sharpness: {
    title: 'Sharpness: extreme eigenvalues of the Hessian, threshold of stability, accuracy',
    group: 'curvature',
    rows: ['W-sharp'],
    needs: ['hessian.sharpness'],
    shows: ['hessian.mostNegative', 'hessian.stability', 'validation.accuracy', 'test.accuracy'],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('sharpness', input, options, [
        {
          title: 'Eigenvalues of the Hessian',
          scale: 'linear',
          lines: [stability, { series: 'hessian.sharpness', label: 'largest', color: 'loss' }, smallest],
        },
        {
          title: 'Accuracy',
          unit: '%',
          lines: [
            { series: 'validation.accuracy', label: 'validation', color: 'muted', dash: validationDash, factor: 100 },
            { series: 'test.accuracy', label: 'test', color: 'ink', factor: 100 },
          ],
        },
      ]),
  },
  spectrum: {
    title: 'Leading eigenvalues of the Hessian, the most negative one, threshold of stability',
    group: 'curvature',
    rows: ['W-sharp'],
    needs: ['hessian.eigenvalue'],
    shows: ['hessian.mostNegative', 'hessian.stability'],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('spectrum', input, options, [
        {
          title: 'Eigenvalues of the Hessian',
          scale: 'linear',
          reaches: [0],
          lines: [stability, { series: 'hessian.eigenvalue', each: 'λ by rank: ' }, smallest],
        },
      ]),
  },
  density: {
    title: 'Spectral density of the Hessian: one of them, and ridgelines over training',
    group: 'curvature',
    rows: [],
    needs: ['hessian.density'],
    shows: ['hessian.densityWidth'],
    choices: ['iteration'],
    build: ({ title, subtitle, records }, options) => {
      const widths = records('hessian.densityWidth');
      const kernel = widths.length > 0 ? ` · kernel σ ${Number(widths.value[widths.length - 1]!.toPrecision(3))}` : '';
      return densityFigure({ title, subtitle: `${subtitle}${kernel}`, density: records('hessian.density') }, options);
    },
  },
  traces: {
    title: 'Traces of Hessian, Gauss–Newton, Fisher and gradient covariance',
    group: 'curvature',
    rows: ['F-table', 'W-cov', 'M-ht'],
    needs: [],
    shows: [
      'hessian.trace',
      'gaussNewton.trace',
      'fisher.trace',
      'gradientCovariance.trace',
      'noise.trace',
      'exampleTrace.mean',
    ],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('traces', input, options, [
        {
          title: 'Traces',
          scale: 'log',
          lines: [
            { series: 'hessian.trace', label: 'tr H', color: 0 },
            { series: 'exampleTrace.mean', label: 'tr H, mean of single examples', color: 5, dash: '6 3' },
            { series: 'gaussNewton.trace', label: 'tr G, Gauss–Newton', color: 2 },
            { series: 'fisher.trace', label: 'tr F, empirical Fisher', color: 3 },
            { series: 'gradientCovariance.trace', label: 'tr C, estimated', color: 4, dash: '6 3' },
            { series: 'noise.trace', label: 'tr C, gradient covariance', color: 1 },
          ],
        },
      ]),
  },
  flatness: {
    title: 'Rise of the loss nearby: along the gradient, and in a box',
    group: 'curvature',
    rows: [],
    needs: [],
    shows: ['sam.sharpness', 'box.sharpness'],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('flatness', input, options, [
        {
          title: 'Along the gradient, by a step of length ρ',
          unit: 'nat',
          scale: 'log',
          lines: [{ series: 'sam.sharpness', each: 'ρ = ' }],
        },
        {
          title: 'At most in a box of size ε',
          unit: '% of 1 + loss',
          scale: 'log',
          lines: [{ series: 'box.sharpness', each: 'ε = ' }],
        },
      ]),
  },
  scaling: {
    title: 'Second derivatives with the top layer scaled by α',
    group: 'curvature',
    rows: ['M-scale'],
    needs: ['topScaling.trace'],
    shows: ['topScaling.spectralNorm', 'topScaling.largestEntry', 'topScaling.changed'],
    choices: ['iteration', 'axis'],
    build: scalingFigure,
  },
} as const satisfies Record<string, FigureEntry>;

import { historyFigure } from '../history.ts';
import { jointHistogramFigure, jointHistogramTable } from '../joint-histogram.ts';
import { seriesFigure } from '../series-figure.ts';
import type { Reference } from '../references.ts';
import type { FigureInput } from '../source.ts';
import type { FigureEntry } from './entry.ts';

/** The size of the run's own batches, where it does not change. */
function batchReference({ run: { specification } }: FigureInput): Reference[] {
  const { optimizer, changes } = specification;
  if (changes.length > 0 || !('batchSize' in optimizer)) return [];
  return [{ kind: 'horizontal', at: optimizer.batchSize, label: 'the run’s own batch size' }];
}

/** Scatter of gradients: at a point, and within the mini-batches of updates. */
export const noiseFigures = {
  noise: {
    title: 'Gradient noise: covariance, mean gradient, noise scale',
    group: 'noise',
    rows: ['W-noise', 'F-table'],
    needs: ['noise.trace'],
    shows: ['noise.gradientSquaredNorm', 'noise.scale', 'noise.largestVariance'],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('noise', input, options, [
        {
          title: 'Gradients of single examples, and their mean',
          scale: 'log',
          lines: [
            { series: 'noise.trace', label: 'trace of the covariance tr C', color: 'floor' },
            { series: 'noise.gradientSquaredNorm', label: 'mean gradient ‖ḡ‖²', color: 'loss' },
          ],
        },
        {
          title: 'Noise scale tr C/‖ḡ‖²',
          unit: 'examples',
          scale: 'log',
          references: batchReference(input),
          lines: [{ series: 'noise.scale', label: 'noise scale', color: 'ink' }],
        },
        {
          title: 'Largest variance of a coordinate',
          scale: 'log',
          lines: [{ series: 'noise.largestVariance', label: 'max Cⱼⱼ', color: 'ink' }],
        },
      ]),
  },
  alignment: {
    title: 'Hessian beside gradient covariance: eigenvalues, angles, ratios, traces',
    group: 'noise',
    rows: ['W-cov', 'F-pred'],
    needs: ['alignment.hessianEigenvalue'],
    shows: [
      'alignment.covarianceEigenvalue',
      'alignment.angle',
      'alignment.overlap',
      'alignment.cosine',
      'alignment.ratio',
      'alignment.hessianTrace',
      'alignment.covarianceTrace',
      'alignment.traceProduct',
      'alignment.residualTrace',
      'alignment.residualFrobenius',
      'alignment.residualSpectral',
    ],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('alignment', input, options, [
        {
          title: 'Leading eigenvalues of the Hessian H',
          scale: 'linear',
          reaches: [0],
          lines: [{ series: 'alignment.hessianEigenvalue', each: 'rank ' }],
        },
        {
          title: 'Leading eigenvalues of the gradient covariance C',
          scale: 'linear',
          reaches: [0],
          lines: [{ series: 'alignment.covarianceEigenvalue', each: 'rank ' }],
        },
        {
          title: 'Principal angles between both eigenspaces',
          unit: 'degrees',
          reaches: [0, 90],
          lines: [{ series: 'alignment.angle', each: 'angle ', factor: 180 / Math.PI }],
        },
        {
          title: 'Agreement of H and C on leading eigenvectors',
          reaches: [0, 1],
          lines: [
            { series: 'alignment.overlap', label: 'overlap, mean cos² of the angles', color: 'loss' },
            { series: 'alignment.cosine', label: 'cosine of C and H', color: 'ink' },
          ],
        },
        {
          title: 'Covariance over curvature vᵀCv/vᵀHv along eigenvectors of H',
          scale: 'linear',
          lines: [{ series: 'alignment.ratio', each: 'rank ' }],
        },
        {
          title: 'Traces',
          scale: 'linear',
          lines: [
            { series: 'alignment.hessianTrace', label: 'tr H', color: 0 },
            { series: 'alignment.covarianceTrace', label: 'tr C', color: 1 },
            { series: 'alignment.residualTrace', label: 'tr(H − 1/N Σ gᵢgᵢᵀ)', color: 2, dash: '6 3' },
          ],
        },
        {
          title: 'Trace of the product tr CH',
          scale: 'log',
          lines: [{ series: 'alignment.traceProduct', label: 'tr CH', color: 'ink' }],
        },
        {
          title: 'Residual H − 1/N Σ gᵢgᵢᵀ over H, on leading eigenvectors',
          scale: 'linear',
          reaches: [0],
          lines: [
            { series: 'alignment.residualFrobenius', label: 'Frobenius norm', color: 'loss' },
            { series: 'alignment.residualSpectral', label: 'spectral norm', color: 'ink' },
          ],
        },
      ]),
  },
  'gradient-tests': {
    title: 'Tests of mini-batch gradients: norm, inner product, orthogonality, CABS, early stopping, signal to noise',
    group: 'noise',
    rows: [],
    needs: ['batch.normTest'],
    shows: [
      'batch.innerProductTest',
      'batch.orthogonalityTest',
      'batch.cabs',
      'batch.earlyStopping',
      'batch.signalToNoise',
    ],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('gradient-tests', input, options, [
        {
          title: 'Spread of the gradients of a batch',
          scale: 'log',
          lines: [
            { series: 'batch.normTest', label: 'norm test', color: 0, strokeWidth: 1.25 },
            { series: 'batch.innerProductTest', label: 'inner product', color: 1, strokeWidth: 1.25, dash: '7 3' },
            { series: 'batch.orthogonalityTest', label: 'orthogonality', color: 2, strokeWidth: 1.25, dash: '2 2.5' },
          ],
        },
        {
          title: 'Batch size of CABS η tr(var)/loss',
          unit: 'examples',
          scale: 'log',
          references: batchReference(input),
          lines: [{ series: 'batch.cabs', label: 'CABS', color: 'ink', strokeWidth: 1.25 }],
        },
        {
          title: 'Early-stopping evidence',
          scale: 'linear',
          references: [{ kind: 'horizontal', at: 0, label: 'above: stop' }],
          lines: [{ series: 'batch.earlyStopping', label: 'evidence', color: 'ink', strokeWidth: 1.25 }],
        },
        {
          title: 'Gradient signal-to-noise ratio, mean over coordinates',
          scale: 'log',
          lines: [{ series: 'batch.signalToNoise', label: 'ratio', color: 'ink', strokeWidth: 1.25 }],
        },
      ]),
  },
  tic: {
    title: 'Takeuchi information criterion of mini-batches',
    group: 'noise',
    rows: [],
    needs: [],
    shows: ['batch.ticDiagonal', 'batch.ticTrace'],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('tic', input, options, [
        {
          title: 'Takeuchi criterion',
          scale: 'log',
          lines: [
            { series: 'batch.ticDiagonal', label: 'diagonal Σ sⱼ/hⱼ', color: 'loss', strokeWidth: 1.25 },
            { series: 'batch.ticTrace', label: 'traces Σ sⱼ/Σ hⱼ', color: 'ink', strokeWidth: 1.25 },
          ],
        },
      ]),
  },
  'gradient-histogram': {
    title: 'Elements of single gradients, and parameters, as histograms over training',
    group: 'noise',
    rows: [],
    needs: ['batch.gradientHistogram'],
    shows: ['batch.gradientOutliers', 'batch.parameterHistogram', 'batch.parameterOutliers'],
    choices: [],
    build: historyFigure,
  },
  'joint-histogram': {
    title: 'Elements of single gradients beside their parameters, at one iteration',
    group: 'noise',
    rows: [],
    needs: ['batch.jointHistogram', 'batch.gradientHistogram', 'batch.parameterHistogram'],
    shows: [],
    choices: ['iteration'],
    build: jointHistogramFigure,
    table: jointHistogramTable,
  },
} as const satisfies Record<string, FigureEntry>;

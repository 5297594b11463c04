import type { SeriesName } from '../../contract/index.ts';
import { marginsFigure, marginsTable } from '../margins.ts';
import { seriesFigure } from '../series-figure.ts';
import type { SeriesPanel } from '../series-figure.ts';
import type { FigureEntry } from './entry.ts';

const all = [
  'exampleTrace.correlation.affineInput',
  'exampleTrace.correlation.affineFeatures',
  'exampleTrace.correlation.boundInput',
  'exampleTrace.correlation.boundFeatures',
] as const satisfies readonly SeriesName[];
const inliers = [
  'exampleTrace.inlierCorrelation.affineInput',
  'exampleTrace.inlierCorrelation.affineFeatures',
  'exampleTrace.inlierCorrelation.boundInput',
  'exampleTrace.inlierCorrelation.boundFeatures',
] as const satisfies readonly SeriesName[];
const proxies = ['affine trace, input', 'affine trace, features', 'margin bound, input', 'margin bound, features'];

/** Correlations of the traces of correctly (1) or wrongly (0) classified examples. */
const correlationPanel = (title: string, series: readonly SeriesName[], coordinate: 0 | 1): SeriesPanel => ({
  title,
  reaches: [0, 1],
  references: [{ kind: 'horizontal', at: 0, label: 'r = 0' }],
  lines: series.map((name, index) => ({ series: name, label: proxies[index]!, color: index, coordinate })),
});

/** Single examples: their margins and Hessian traces. */
export const marginFigures = {
  margins: {
    title: 'Margins: spread over training, skewness, share correct, histogram',
    group: 'margins',
    rows: ['M-batch'],
    needs: ['margin.output', 'margin.absoluteOutput', 'margin.softmax'],
    shows: [
      'margin.outputSkewness',
      'margin.outputHistogram',
      'margin.absoluteOutputSkewness',
      'margin.absoluteOutputHistogram',
      'margin.softmaxSkewness',
      'margin.softmaxHistogram',
      'margin.correct',
    ],
    choices: ['margin', 'iteration'],
    build: marginsFigure,
    table: marginsTable,
  },
  'margin-bounds': {
    title: 'Affine Hessian traces and margin bounds, mean over examples',
    group: 'margins',
    rows: ['M-aceht', 'M-bound', 'M-ht'],
    needs: [],
    shows: [
      'margin.affineTraceInput',
      'margin.affineTraceFeatures',
      'margin.boundInput',
      'margin.boundFeatures',
      'exampleTrace.mean',
    ],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('margin-bounds', input, options, [
        {
          title: 'Of the input of the network',
          scale: 'log',
          lines: [
            { series: 'margin.affineTraceInput', label: 'affine trace (‖x‖² + 1)(1 − Σ Sⱼ²)', color: 'loss' },
            { series: 'margin.boundInput', label: 'margin bound (‖x‖² + 1)(1 − γ²)', color: 'floor' },
          ],
        },
        {
          title: 'Of the input of the top layer',
          scale: 'log',
          lines: [
            { series: 'margin.affineTraceFeatures', label: 'affine trace', color: 'loss' },
            { series: 'margin.boundFeatures', label: 'margin bound', color: 'floor' },
          ],
        },
        {
          title: 'Hessian trace of an example',
          scale: 'log',
          lines: [{ series: 'exampleTrace.mean', label: 'mean', color: 'ink' }],
        },
      ]),
  },
  'trace-correlations': {
    title: 'Hessian traces of examples: correlation with affine traces and margin bounds',
    group: 'margins',
    rows: ['M-corr'],
    needs: [],
    shows: [...all, ...inliers],
    choices: [],
    build: (input, options) =>
      seriesFigure('trace-correlations', input, options, [
        correlationPanel('Pearson’s r, correctly classified examples', all, 1),
        correlationPanel('Correctly classified, without outliers', inliers, 1),
        correlationPanel('Pearson’s r, wrongly classified examples', all, 0),
        correlationPanel('Wrongly classified, without outliers', inliers, 0),
      ]),
  },
} as const satisfies Record<string, FigureEntry>;

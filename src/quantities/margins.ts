import type { HostTensor } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import { ExampleEvaluator, type ExampleEvaluation } from '../curvature/index.ts';
import { histograms, quantiles, skewness, type Sample } from '../statistics/index.ts';
import { meanReading } from './mean-reading.ts';
import { readings, type Quantity, type QuantitySetting, type Reading } from './quantity.ts';

/** Probabilities of the quantiles that are recorded. */
const probabilities = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];

/**
 * How the margins of the examples are spread, and the numbers of paper M that stand beside them: quantiles, skewness and
 * histogram of the output margin `s_y − max_{j≠y} s_j`, of its absolute value (the paper's) and of the softmax margin (row
 * M-batch); the mean affine cross-entropy Hessian trace (row M-aceht); the mean margin bound of the examples that are
 * classified correctly (row M-bound). One pass over the examples; all of them are means or counts over examples.
 *
 * Throws `GRAPH_SHAPE` for a network of one class.
 */
export async function createMargins({ bins }: QuantityOf<'margins'>, { network }: QuantitySetting): Promise<Quantity> {
  const evaluator = await ExampleEvaluator.create(network);
  return {
    maxProducts: 1,
    stopsEarly: false,
    async measure(point, _moment, { tensors = false } = {}) {
      const found = await evaluator.evaluate(point);
      return {
        readings: [
          ...distribution('margin.output', found.outputMargin, bins),
          ...distribution('margin.absoluteOutput', found.outputMargin.map(Math.abs), bins),
          ...distribution('margin.softmax', found.softmaxMargin, bins),
          ...means(found),
        ],
        products: 1,
        converged: null,
        tensors: tensors ? perExample(found) : {},
      };
    },
    async rehearse(point) {
      await evaluator.evaluate(point);
      return 1;
    },
    release: () => evaluator.release(),
  };
}

/**
 * Quantiles (coordinate: probability), skewness and histogram (coordinate: centre of a bin) of one number per example. With
 * an example whose number is not finite there are no quantiles and no skewness, which NaN says; it is in no bin.
 */
function distribution(
  name: 'margin.output' | 'margin.absoluteOutput' | 'margin.softmax',
  sample: Sample,
  bins: number,
): Reading[] {
  const finite = Array.from(sample).filter(Number.isFinite);
  const whole = finite.length === sample.length;
  const values = whole ? quantiles(sample, probabilities) : probabilities.map(() => NaN);
  const skew = whole && sample.length >= 3 ? skewness(sample) : NaN;
  return [
    ...readings(name, values, sample.length, probabilities),
    { series: `${name}Skewness`, coordinate: null, value: skew, standardError: null, examples: sample.length },
    ...(finite.length > 0 ? counts(`${name}Histogram`, finite, bins, sample.length) : []),
  ];
}

function counts(series: Reading['series'], finite: Sample, bins: number, examples: number): Reading[] {
  const { edges, counts: counted } = histograms([finite], bins);
  const inBins = Array.from(counted[0]!.bins);
  const centres = inBins.map((_, bin) => edges[bin]! / 2 + edges[bin + 1]! / 2);
  return readings(series, inBins, examples, centres);
}

/** The means over examples; the margin bound over those of which `correct` is 1. */
function means({ correct, affineTrace, marginBound }: ExampleEvaluation): Reading[] {
  const ofCorrect = (values: Sample): number[] => Array.from(values).filter((_, index) => correct[index] === 1);
  return [
    meanReading('margin.correct', correct),
    meanReading('margin.affineTraceInput', affineTrace.input),
    meanReading('margin.affineTraceFeatures', affineTrace.features),
    meanReading('margin.boundInput', ofCorrect(marginBound.input)),
    meanReading('margin.boundFeatures', ofCorrect(marginBound.features)),
  ];
}

/** What every example has, in the order of the examples; the margin bound of wrongly classified ones included. */
const perExample = (found: ExampleEvaluation): Record<string, HostTensor> => ({
  'margin.output': vector(found.outputMargin),
  'margin.softmax': vector(found.softmaxMargin),
  'margin.correct': vector(found.correct),
  'margin.loss': vector(found.loss),
  'margin.affineTraceInput': vector(found.affineTrace.input),
  'margin.affineTraceFeatures': vector(found.affineTrace.features),
  'margin.boundInput': vector(found.marginBound.input),
  'margin.boundFeatures': vector(found.marginBound.features),
});

const vector = (data: Float32Array<ArrayBuffer>): HostTensor => ({ dtype: 'float32', shape: [data.length], data });

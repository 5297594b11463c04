import type { MetricRecord, CatalogueSeries, SeriesName } from '../../src/contract/index.ts';

/** What one series is like at iteration t, at a coordinate where it has some. */
interface Shape {
  readonly coordinates?: readonly number[];
  readonly value: (t: number, coordinate: number) => number;
  /** Standard error as a share of the value; default: exact. */
  readonly error?: number;
}

const ranks = [1, 2, 3];
const parameters = [0.5, 1, 8];
const probabilities = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];
const bins = (count: number): number[] => Array.from({ length: count }, (_, bin) => (2 * bin + 1) / count - 1);
const bell = (at: number, width: number): number => Math.round(200 * Math.exp(-((at / width) ** 2)));
const falling = (height: number): Shape => ({ value: (t) => height * Math.exp(-t / 30) });
const rising = (height: number): Shape => ({ value: (t) => height * (1 - Math.exp(-(t + 5) / 20)) });
const wave = (middle: number, size: number): Shape => ({ value: (t) => middle + size * Math.sin(t / 7) });
const estimated = (shape: Shape): Shape => ({ ...shape, error: 0.06 });
const each = (coordinates: readonly number[], value: Shape['value']): Shape => ({ coordinates, value });

/** A margin of which the quantile p is that of a spread around a middle that grows. */
const marginShapes = (name: 'output' | 'absoluteOutput' | 'softmax', size: number) => ({
  [`margin.${name}`]: each(probabilities, (t, p) => size * (t / 20 - 0.5 + 2 * (p - 0.5))),
  [`margin.${name}Skewness`]: wave(-0.2, 0.4),
  [`margin.${name}Histogram`]: each(bins(10), (t, at) => bell(at - t / 100, 0.4)),
});

const correlationShapes = (name: 'correlation' | 'inlierCorrelation', height: number) =>
  Object.fromEntries(
    ['affineInput', 'affineFeatures', 'boundInput', 'boundFeatures'].map((proxy, index) => [
      `exampleTrace.${name}.${proxy}`,
      estimated(each([0, 1], (t, correct) => height - 0.1 * index - 0.1 * correct + 0.05 * Math.sin(t / 5))),
    ]),
  );

const shapes: Partial<Record<CatalogueSeries, Shape>> = {
  learningRate: { value: (t) => (t < 20 ? 0.1 : 0.05) },
  'parameters.norm': rising(9),
  'parameters.pathLength': { value: (t) => 0.1 * t },
  'parameters.tensorDistance': each(ranks, (t, tensor) => (t / 20) * tensor),
  'update.alpha': wave(-0.2, 0.6),
  'update.size': falling(0.4),
  'update.tensorSize': each(ranks, (t, tensor) => 0.3 * tensor * Math.exp(-t / 30)),
  'hessian.eigenvalue': each(ranks, (t, rank) => (20 - 14 * Math.exp(-t / 15)) / rank),
  'hessian.trace': estimated(rising(60)),
  'gaussNewton.trace': estimated(rising(50)),
  'fisher.trace': estimated(rising(30)),
  'gradientCovariance.trace': estimated(falling(40)),
  'noise.trace': estimated(falling(42)),
  'exampleTrace.mean': estimated(rising(58)),
  'sam.sharpness': each([0.05], (t) => 0.03 * Math.exp(-t / 60)),
  'box.sharpness': each([0.001], (t) => 0.5 * Math.exp(-t / 60)),
  'topScaling.trace': each([1, 2, 4, 8], (t, alpha) => (40 + t) / alpha),
  'topScaling.spectralNorm': each([1, 2, 4, 8], (t, alpha) => (10 + t / 4) / alpha),
  'topScaling.largestEntry': each([1, 2, 4, 8], (t, alpha) => (4 + t / 10) / alpha),
  'topScaling.changed': each([1, 2, 4, 8], () => 0),
  'noise.gradientSquaredNorm': falling(0.8),
  'noise.scale': { value: (t) => 50 * Math.exp(t / 20) },
  'noise.largestVariance': falling(0.6),
  'alignment.hessianEigenvalue': each(ranks, (t, rank) => (12 + t / 10) / rank),
  'alignment.covarianceEigenvalue': each(ranks, (t, rank) => (10 + t / 20) / rank),
  'alignment.angle': each(ranks, (t, rank) => 0.4 * rank * Math.exp(-t / 30)),
  'alignment.overlap': rising(0.9),
  'alignment.cosine': rising(0.98),
  'alignment.ratio': each(ranks, (t, rank) => 1 + 0.1 * rank * Math.sin(t / 9)),
  'alignment.hessianTrace': estimated(rising(35)),
  'alignment.covarianceTrace': estimated(falling(45)),
  'alignment.traceProduct': estimated(rising(30)),
  'alignment.residualTrace': estimated(wave(2, 9)),
  'alignment.residualFrobenius': falling(0.3),
  'alignment.residualSpectral': falling(0.35),
  'batch.normTest': wave(1, 0.3),
  'batch.innerProductTest': wave(0.2, 0.05),
  'batch.orthogonalityTest': wave(0.9, 0.25),
  'batch.cabs': falling(40),
  'batch.earlyStopping': wave(-0.3, 0.4),
  'batch.signalToNoise': wave(0.03, 0.01),
  'batch.ticDiagonal': falling(300),
  'batch.ticTrace': falling(30),
  'batch.gradientHistogram': each(bins(12), (t, at) => bell(at, 0.2 + t / 200)),
  'batch.gradientOutliers': falling(0.02),
  'batch.parameterHistogram': each(bins(8), (t, at) => bell(at, 0.3 + t / 100)),
  'batch.parameterOutliers': falling(0.001),
  'batch.jointHistogram': each([...Array(96).keys()], (_, cell) =>
    bell(bins(8)[Math.floor(cell / 12)]!, 0.4) > 0 ? bell(bins(12)[cell % 12]!, 0.3) : 0,
  ),
  ...marginShapes('output', 2),
  ...marginShapes('absoluteOutput', 1),
  ...marginShapes('softmax', 0.4),
  'margin.correct': estimated(rising(0.9)),
  'margin.affineTraceInput': estimated(falling(40)),
  'margin.affineTraceFeatures': estimated(falling(15)),
  'margin.boundInput': estimated(falling(45)),
  'margin.boundFeatures': estimated(falling(20)),
  ...correlationShapes('correlation', 0.9),
  ...correlationShapes('inlierCorrelation', 0.8),
  'loss.training': falling(2.3),
  'loss.error': falling(0.9),
  'loss.gcdf': estimated(each(parameters, (t, sigma) => 4.5 * Math.exp(-t / (30 * sigma)))),
  'loss.crossEntropy': estimated(each(parameters, (t, temperature) => 2.3 * Math.exp(-t / (40 * temperature)))),
  'loss.hinge': estimated(each(parameters, (t, gamma) => 9 * gamma * Math.exp(-t / 50))),
  'gBound.gcdf': each([0.5, 2], (t, sigma) => 4 * sigma * Math.exp(-t / 60)),
  'gBound.smoothedError': estimated(each([0.5, 2], (t, sigma) => 0.4 * sigma * Math.exp(-t / 90))),
  'gBound.monteCarlo': estimated(each([0.5, 2], (t, sigma) => 6 * sigma * Math.exp(-t / 60))),
  'gBound.secondOrder': each([0.5, 2], (t, sigma) => 7 * sigma * Math.exp(-t / 60)),
};

/** Records of every probe that a run can have, at these iterations. */
export const syntheticProbes = (iterations: readonly number[]): MetricRecord[] =>
  Object.entries(shapes).flatMap(([name, { coordinates, value, error }]) =>
    iterations.flatMap((iteration) =>
      (coordinates ?? [null]).map((coordinate): MetricRecord => {
        const found = value(iteration, coordinate ?? NaN);
        const standardError = error === undefined ? null : error * Math.abs(found);
        return { series: name as SeriesName, iteration, coordinate, value: found, standardError, examples: 500 };
      }),
    ),
  );

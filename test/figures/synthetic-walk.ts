import type { FigureSource } from '../../src/figures/index.ts';
import { randomStream } from '../../src/base/index.ts';
import type { MetricRecord, RunFile, SeriesName } from '../../src/contract/index.ts';
import { syntheticProbes } from './synthetic-probes.ts';

/** A walk made up for tests of figures, server and page: parabolas between valley walls over a floor that falls. */
export interface SyntheticWalk {
  readonly iterationsPerEpoch: number;
  readonly iterations: number;
  /** Iterations of each epoch that are interpolated, from its start. */
  readonly interpolated: number;
  readonly points: number;
  readonly seed: number;
  /** Size of the validation set; default: none is kept apart. */
  readonly validationExamples?: number;
}

/** An exact value. */
export const record = (
  series: SeriesName,
  iteration: number,
  value: number,
  coordinate: number | null = null,
): MetricRecord => ({
  series,
  iteration,
  coordinate,
  value,
  standardError: null,
  examples: null,
});

/** The records of each iteration in turn, as a trainer would write them. */
export function* syntheticWalk(walk: SyntheticWalk): Generator<readonly MetricRecord[]> {
  const random = randomStream(walk.seed, 'synthetic walk');
  let distance = 0;
  let start = 2.31;
  for (let t = 0; t < walk.iterations; t++) {
    const records: MetricRecord[] = [];
    const floor = 0.06 + 1.7 * Math.exp(-t / 35) + 0.4 * Math.exp(-t / 400) + 0.004 * random.normal();
    const bounce = Math.max(0.015, (0.16 + 0.04 * random.normal()) * Math.exp(-t / 600));
    const end = floor + bounce;
    const cosine =
      t < 3 ? 0.7 - 0.4 * t : Math.max(-0.97, Math.min(0.9, -0.62 * (1 - Math.exp(-t / 12)) + 0.16 * random.normal()));
    distance += Math.abs(0.05 + 0.02 * random.normal()) / (1 + t / 60);
    records.push(record('batch.loss', t, start * (1 + 0.06 * random.normal())));
    if (t > 0) records.push(record('gradient.cosine', t, cosine));
    records.push(record('gradient.norm', t, 1 + 0.2 * random.normal()));
    records.push(record('parameters.distance', t, distance));
    if (t % walk.iterationsPerEpoch < walk.interpolated)
      records.push(...interpolation(walk.points, t, start, end, floor));
    if (t % walk.iterationsPerEpoch === 0) records.push(...evaluation(walk, t, start));
    start = end;
    yield records;
  }
  yield evaluation(walk, walk.iterations, start);
}

function interpolation(points: number, t: number, start: number, end: number, low: number): MetricRecord[] {
  // The parabola through both ends whose minimum lies on the floor: its vertex divides the step as the roots of the heights.
  const left = Math.sqrt(Math.max(0, start - low));
  const right = Math.sqrt(Math.max(0, end - low));
  const vertex = left / (left + right);
  const curvature = ((left + right) / 1) ** 2;
  const losses = Array.from({ length: points }, (_, index) => {
    const alpha = index / (points - 1);
    return { alpha, loss: low + curvature * (alpha - vertex) ** 2 };
  });
  const floor = losses.reduce((best, point) => (point.loss < best.loss ? point : best));
  const higher = losses.reduce((best, point) => (point.loss > best.loss ? point : best));
  return [
    ...losses.map(({ alpha, loss }) => record('interpolation.loss', t, loss, alpha)),
    record('interpolation.floor', t, floor.loss, floor.alpha),
    record('interpolation.height', t, (start + end) / 2 - floor.loss),
    record('interpolation.barrier', t, Math.max(0, higher.loss - Math.max(start, end)), higher.alpha),
  ];
}

const evaluation = ({ validationExamples = 0 }: SyntheticWalk, t: number, loss: number): MetricRecord[] => {
  const validation = [
    record('validation.loss', t, loss * 1.06 + 0.01),
    record('validation.accuracy', t, Math.exp(-loss * 0.96)),
  ];
  return [
    record('train.loss', t, loss),
    record('test.loss', t, loss * 1.03 + 0.02),
    record('train.accuracy', t, Math.exp(-loss * 0.9)),
    record('test.accuracy', t, Math.exp(-loss * 0.93)),
    ...(validationExamples > 0 ? validation : []),
    // Sharpness that rises to the threshold of stability and stays there.
    record('hessian.sharpness', t, 20 - 14 * Math.exp(-t / 15)),
    record('hessian.mostNegative', t, -4 * Math.exp(-t / 20)),
    record('hessian.stability', t, 20),
  ];
};

/** The file of a run such as `thalweg run quickstart` makes. */
export function syntheticRunFile(id: string, walk: SyntheticWalk): RunFile {
  return {
    version: 1,
    id,
    status: 'running',
    created: '2025-01-02T03:04:05.000Z',
    updated: '2025-01-02T03:05:06.000Z',
    parent: null,
    origin: null,
    specification: {
      study: 'quickstart',
      scale: 'laptop',
      seed: walk.seed,
      data: { name: 'mnist-1d', examples: 4000, testExamples: 1000, seed: 42, normalise: true },
      model: { name: 'mlp', hidden: [64, 64], activation: 'relu', normaliseFeatures: false },
      loss: { name: 'cross-entropy', temperature: 1 },
      optimizer: {
        name: 'sgd',
        learningRate: 0.1,
        batchSize: 100,
        replacement: false,
        lastBatch: 'drop',
        momentum: 0,
        nesterov: false,
      },
      changes: [],
      duration: `${walk.iterations} iterations`,
      evaluate: '1 epoch',
      probes: [...interpolationProbe(walk), { kind: 'gradient-cosine' }, { kind: 'distance' }],
      checkpoints: { every: '1 epoch', keep: 3 },
      onNonFinite: 'stop',
      device: 'cpu',
      threads: 'auto',
    },
    iterationsPerEpoch: walk.iterationsPerEpoch,
    epochChanges: [],
    totalIterations: walk.iterations,
    iteration: 0,
    environment: {
      thalweg: '0.1.0',
      node: 'v20.0.0',
      onnxruntime: '1.30.0',
      platform: 'linux-x64',
      processor: 'synthetic',
      device: 'cpu',
      threads: 2,
      revision: null,
    },
    data: {
      trainExamples: 4000,
      validationExamples: walk.validationExamples ?? 0,
      testExamples: 1000,
      classes: 10,
      inputShape: [40],
      digest: '0'.repeat(64),
    },
    parameters: 7434,
    summary: null,
    error: null,
  };
}

/** The probe of a walk that interpolates at all. */
function interpolationProbe({ points, interpolated }: SyntheticWalk): RunFile['specification']['probes'] {
  if (interpolated === 0) return [];
  return [
    { kind: 'interpolation', points, epochs: 'all', iterations: interpolated, examples: 'all', batchNorm: 'batch' },
  ];
}

/** Spectral densities of three epochs: a bulk at 0 and, growing apart from it, one outlier. */
const syntheticDensities = ({ iterationsPerEpoch }: SyntheticWalk): MetricRecord[] =>
  [0, 1, 2].flatMap((epoch) => {
    const t = epoch * iterationsPerEpoch;
    const outlier = 6 + 6 * epoch;
    const cells = Array.from({ length: 101 }, (_, cell) => -2 + 0.2 * cell);
    const bump = (at: number, width: number, lambda: number): number => Math.exp(-(((lambda - at) / width) ** 2));
    const densities = cells.map((lambda) =>
      record('hessian.density', t, bump(0, 0.8, lambda) + 1e-3 * bump(outlier, 0.5, lambda), lambda),
    );
    return [...densities, record('hessian.densityWidth', t, 0.2)];
  });

/** A source of figures with the whole walk and every probe, except the series `without`. */
export function syntheticSource(walk: SyntheticWalk, ...without: SeriesName[]): FigureSource {
  const all = [
    ...[...syntheticWalk(walk)].flat(),
    ...syntheticDensities(walk),
    ...syntheticProbes([0, 10, 20, 30, 40]),
  ];
  return sourceOf(
    all.filter(({ series }) => !without.includes(series)),
    walk,
  );
}

/** A source of figures with these records. */
export const sourceOf = (records: readonly MetricRecord[], walk: SyntheticWalk): FigureSource => ({
  file: () => syntheticRunFile('run-1', walk),
  records: (series) => columnsOf(records.filter((entry) => entry.series === series)),
});

const columnsOf = (records: readonly MetricRecord[]) => ({
  length: records.length,
  iteration: Float64Array.from(records, ({ iteration }) => iteration),
  coordinate: Float64Array.from(records, ({ coordinate }) => coordinate ?? NaN),
  value: Float64Array.from(records, ({ value }) => value),
  standardError: records.map(({ standardError }) => standardError),
  examples: Float64Array.from(records, ({ examples }) => examples ?? NaN),
});

import type { SeriesName, Specification } from '../../../src/contract/index.ts';

export type ProbeKind = Specification['probes'][number]['kind'];

/** Which probe records the series whose names begin so; the longest beginning counts. */
const recorders: Readonly<Record<string, ProbeKind>> = {
  'interpolation.': 'interpolation',
  'gradient.cosine': 'gradient-cosine',
  'parameters.distance': 'distance',
  'parameters.norm': 'distance',
  'parameters.pathLength': 'distance',
  'parameters.tensorDistance': 'update-size',
  'update.size': 'update-size',
  'update.tensorSize': 'update-size',
  'update.alpha': 'alpha',
  'hessian.eigenvalue': 'hessian-spectrum',
  'hessian.sharpness': 'hessian-spectrum',
  'hessian.mostNegative': 'hessian-spectrum',
  'hessian.stability': 'hessian-spectrum',
  'hessian.trace': 'hessian-trace',
  'gaussNewton.trace': 'hessian-trace',
  'fisher.trace': 'hessian-trace',
  'gradientCovariance.trace': 'hessian-trace',
  'hessian.density': 'hessian-density',
  'sam.': 'sam-sharpness',
  'box.': 'box-sharpness',
  'topScaling.': 'top-scaling',
  'margin.': 'margins',
  'loss.': 'alternative-losses',
  'exampleTrace.': 'per-example-hessian-trace',
  'gBound.': 'g-bound',
  'noise.': 'gradient-noise',
  'alignment.': 'covariance-alignment',
  'batch.normTest': 'gradient-tests',
  'batch.innerProductTest': 'gradient-tests',
  'batch.orthogonalityTest': 'gradient-tests',
  'batch.cabs': 'gradient-tests',
  'batch.earlyStopping': 'gradient-tests',
  'batch.signalToNoise': 'gradient-tests',
  'batch.tic': 'tic',
  'batch.gradientHistogram': 'gradient-histogram',
  'batch.gradientOutliers': 'gradient-histogram',
  'batch.parameter': 'gradient-histogram',
  'batch.jointHistogram': 'gradient-histogram',
};

/** The probe that records a series; null: every run records it, or none does. */
export function recorderOf(series: SeriesName): ProbeKind | null {
  const start = Object.keys(recorders)
    .filter((beginning) => series.startsWith(beginning))
    .sort((a, b) => b.length - a.length)[0];
  return start === undefined ? null : recorders[start]!;
}

/** The probes that record some series, each once. */
export const recordersOf = (series: readonly SeriesName[]): ProbeKind[] => [
  ...new Set(series.map(recorderOf).filter((kind) => kind !== null)),
];

/** Probes that look at updates; all others are quantities of a point, which can be measured afterwards. */
const alongUpdates: ReadonlySet<ProbeKind> = new Set<ProbeKind>([
  'interpolation',
  'gradient-cosine',
  'distance',
  'alpha',
  'update-size',
]);

/** The lines of a specification that let a run record with these probes. */
export const probeSnippet = (kinds: readonly ProbeKind[]): string =>
  ['probes:', ...kinds.map((kind) => `  - kind: ${kind}`)].join('\n');

/** The command that measures the same afterwards at the newest checkpoint; null where only training itself can tell. */
export function measureCommand(id: string, kinds: readonly ProbeKind[]): string | null {
  const quantities = kinds.filter((kind) => !alongUpdates.has(kind));
  return quantities.length > 0 ? `thalweg measure ${id} --quantity ${quantities.join(',')} --at last` : null;
}

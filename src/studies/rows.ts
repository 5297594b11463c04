/** A row of the catalogue of what is measured, with where it lives. */
export interface Row {
  readonly id: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** Where it is computed. */
  readonly code: readonly string[];
  /** What holds the code to its definition. */
  readonly tests: readonly string[];
}

const row = (id: string, title: string, code: readonly string[], tests: readonly string[]): Row => ({
  id,
  title,
  code,
  tests,
});

const segment = ['src/probes/interpolation.ts', 'src/probes/segment-statistics.ts'];
const segmentTests = ['test/probes/probes.test.ts', 'test/probes/segment-statistics.test.ts'];
const lossTests = ['test/nn/goldens.test.ts', 'test/quantities/alternative-losses.test.ts'];
const tracks = ['src/quantities/alternative-losses.ts'];
const trackTests = ['test/quantities/alternative-losses.test.ts'];
const equalLoss = [...tracks, 'src/studies/g/equal-loss.ts'];
const equalLossTests = [...trackTests, 'test/studies/g/equal-loss.test.ts'];
const traces = ['src/curvature/per-example-trace.ts', 'src/curvature/exact-trace.ts'];
const traceTests = ['test/curvature/exact-trace.test.ts', 'test/curvature/per-example-trace.test.ts'];
const margins = ['src/curvature/margins.ts', 'src/quantities/margins.ts'];
const models = ['src/nn/models/model-for.ts'];
const modelTests = ['test/nn/models.test.ts', 'test/nn/goldens.slow.test.ts'];

/** Every row of the five papers. A test holds each to at least one experiment, one claim, and one figure or table. */
export const rows: readonly Row[] = [
  row('W-interp', 'loss between consecutive iterates', segment, segmentTests),
  row('W-cos', 'cosine of consecutive gradients', ['src/probes/gradient-cosine.ts'], ['test/probes/probes.test.ts']),
  row(
    'W-dist',
    'distance from the start, norm, path length',
    ['src/probes/distance.ts'],
    ['test/probes/probes.test.ts'],
  ),
  row('W-barrier', 'barriers between iterates', segment, segmentTests),
  row('W-height', 'height above the valley floor', segment, segmentTests),
  row(
    'W-sharp',
    'spectral norm of the Hessian along training',
    ['src/quantities/hessian-spectrum.ts', 'src/linop/leading-eigenpairs.ts'],
    ['test/linop/eigenpairs.test.ts', 'test/curvature/hessian.test.ts'],
  ),
  row(
    'W-roles',
    'roles of learning rate and batch size',
    ['src/probes/gradient-cosine.ts'],
    ['test/probes/probes.test.ts'],
  ),
  row(
    'W-noise',
    'isotropic noise in place of that of mini-batches',
    ['src/optim/noise.ts', 'src/curvature/gradient-moments.ts'],
    ['test/run/noise.test.ts', 'test/curvature/gradient-moments.test.ts'],
  ),
  row(
    'W-cov',
    'Hessian against the covariance of gradients',
    ['src/quantities/covariance-alignment.ts', 'src/curvature/gradient-covariance.ts'],
    ['test/quantities/covariance-alignment.test.ts', 'test/curvature/gradient-covariance.test.ts'],
  ),
  row('W-sched', 'schedules of the learning rate', ['src/optim/schedule.ts'], ['test/optim/schedule.test.ts']),
  row(
    'W-quad',
    'regimes of descent on a quadratic',
    ['src/theory/quadratic-descent.ts'],
    ['test/theory/quadratic-descent.test.ts'],
  ),
  row('W-models', 'networks of paper W', models, modelTests),
  row('G-gcdf', 'Gcdf loss', ['src/nn/loss/margins.ts'], lossTests),
  row('G-ce', 'tempered cross-entropy', ['src/nn/loss/cross-entropy.ts'], lossTests),
  row('G-hinge', 'multi-class hinge loss', ['src/nn/loss/margins.ts'], lossTests),
  row('G-shape', 'shapes of the three losses', ['src/figures/loss-shapes.ts'], ['test/figures/plane.test.ts']),
  row('G-track', 'alternative losses along training', tracks, trackTests),
  row('G-phase', 'alternative against training loss', equalLoss, equalLossTests),
  row('G-slice', 'alternative losses at one training loss', equalLoss, equalLossTests),
  row(
    'G-bound',
    'smoothed loss as a bound',
    ['src/quantities/g-bound.ts', 'src/quantities/smoothed-top.ts'],
    ['test/quantities/g-bound.test.ts'],
  ),
  row('G-direct', 'training on the alternative losses', ['src/nn/loss/specified.ts'], ['test/nn/goldens.test.ts']),
  row('G-models', 'networks of paper G', models, modelTests),
  row('M-aceht', 'affine cross-entropy Hessian trace', margins, [
    'test/curvature/margins.test.ts',
    'test/curvature/exact-trace.test.ts',
  ]),
  row('M-bound', 'margin bound of the trace', margins, ['test/curvature/margins.test.ts']),
  row('M-ht', 'Hessian trace of single examples', traces, traceTests),
  row(
    'M-corr',
    'correlation of traces with margins',
    ['src/quantities/trace-correlations.ts', 'src/statistics/correlation.ts', 'src/statistics/local-outlier-factor.ts'],
    ['test/quantities/per-example-hessian-trace.test.ts', 'test/statistics/goldens.test.ts'],
  ),
  row('M-batch', 'small against large batches', margins, ['test/quantities/margins.test.ts']),
  row(
    'M-scale',
    'scaling of the top layer',
    ['src/curvature/scaled-curvature.ts', 'src/nn/scale-top.ts'],
    ['test/nn/scale-top.test.ts', 'test/quantities/top-scaling.test.ts'],
  ),
  row('M-simplex', '1 − Σ a² over the simplex', ['src/figures/simplex.ts'], ['test/figures/plane.test.ts']),
  row('M-cost', 'price of traces against margins', [...traces, ...margins], traceTests),
  row('M-models', 'networks of paper M', models, modelTests),
  row('F-kld', 'Kullback–Leibler loss', ['src/nn/loss/cross-entropy.ts'], ['test/nn/goldens.test.ts']),
  row(
    'F-log',
    'log loss and its gradient',
    ['src/nn/loss/cross-entropy.ts', 'src/curvature/gradient.ts'],
    ['test/nn/goldens.test.ts', 'test/curvature/gradient.test.ts'],
  ),
  row(
    'F-table',
    'traces of Hessian and gradient covariance',
    ['src/quantities/hessian-trace.ts', 'src/curvature/gradient-moments.ts'],
    ['test/quantities/hessian-trace.test.ts', 'test/curvature/gradient-moments.test.ts'],
  ),
  row(
    'F-pred',
    'predicted against measured excess loss',
    ['src/quantities/covariance-alignment.ts'],
    ['test/quantities/covariance-alignment.test.ts'],
  ),
  row('F-ricc', 'stationary covariance', ['src/theory/stationary-covariance.ts'], ['test/theory/stationary.test.ts']),
  row(
    'F-sde',
    'SGD against its diffusion',
    ['src/theory/central-limit.ts', 'src/theory/stochastic-gradient.ts'],
    ['test/theory/central-limit.slow.test.ts'],
  ),
  row('F-models', 'networks of paper F', models, modelTests),
  row('R-surface', 'a flat and a sharp minimum', ['src/theory/surfaces.ts'], ['test/theory/surfaces.test.ts']),
  row('R-rosen', 'Rosenbrock’s valley', ['src/theory/surfaces.ts'], ['test/theory/surfaces.test.ts']),
  row(
    'R-sgdl',
    'SGD with Langevin noise',
    ['src/theory/langevin.ts', 'src/theory/basins.ts'],
    ['test/theory/langevin.test.ts', 'test/theory/wells.test.ts'],
  ),
  row('R-boltz', 'stationary law against Boltzmann’s', ['src/theory/boltzmann.ts'], ['test/theory/stationary.test.ts']),
  row('R-volume', 'volumes of wells by dimension', ['src/theory/well-volumes.ts'], ['test/theory/wells.test.ts']),
  row('R-data', 'Langevin noise on images', ['src/optim/noise.ts'], ['test/optim/rules.test.ts']),
  row(
    'R-labels',
    'natural against random labels',
    ['src/landscape/simplex.ts', 'src/data/core/label-noise.ts'],
    ['test/landscape/simplex.test.ts'],
  ),
];

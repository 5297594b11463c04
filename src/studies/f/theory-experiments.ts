import type { Scale } from '../../contract/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { covarianceEstimate } from '../../statistics/index.ts';
import { randomStream } from '../../base/index.ts';
import {
  compareAtStep,
  coordinate,
  findMinimum,
  followGradientFlow,
  frobeniusNorm,
  logisticExamples,
  logisticRegression,
  relativeDifference,
  repeated,
  shiftedQuadratics,
  simulate,
  solveLyapunov,
  lyapunovResidual,
  stationaryCovariance,
  stochasticGradient,
  Surveyor,
  type EmpiricalRisk,
  type Scaling,
  type SquareMatrix,
} from '../../theory/index.ts';
import { computeOnCpu } from '../compute-on-cpu.ts';
import type { ComputedExperiment } from '../paper.ts';

interface Extent {
  readonly chains: number;
  /** Chains of the comparison with the limit, whose weak errors are small. */
  readonly scalingChains: number;
}
const extents: Readonly<Record<Scale, Extent>> = {
  smoke: { chains: 2000, scalingChains: 2000 },
  laptop: { chains: 10_000, scalingChains: 20_000 },
  paper: { chains: 100_000, scalingChains: 200_000 },
};

/** N of both losses. */
const examples = 24;
/** m */
const batch = 2;
/** δ of the stationary covariances. */
const stationarySteps = [0.8, 0.4, 0.2, 0.1] as const;
/** Relaxation times for which chains run: e^{−2·6} of the distance to the stationary covariance is left. */
const relaxations = 6;
/** δ of the limit. */
const limitSteps = [2, 1, 0.5, 0.25] as const;
const limitTime = 4;
const limitStart = [2, -2] as const;

const bowl: SquareMatrix = [
  [1.5, 0.4],
  [0.4, 0.6],
];

/** The losses on which theory is compared with SGD. Their examples are drawn anew for each seed. */
const risks = {
  quadratic: (seed: number): EmpiricalRisk => {
    const stream = randomStream(seed, 'studies', 'shifts');
    // Correlated, so that noise and Hessian do not commute.
    const shifts = Array.from({ length: examples }, () => {
      const [a, b] = [stream.normal(), stream.normal()];
      return [a, 0.8 * a + 0.6 * b];
    });
    return shiftedQuadratics(bowl, shifts);
  },
  logistic: (seed: number): EmpiricalRisk => logisticRegression(logisticExamples(examples, [0.5, 1], seed), 0.2),
} as const;
export const riskNames = ['quadratic', 'logistic'] as const;
type RiskName = (typeof riskNames)[number];

/** The stationary covariance of SGD against the solution of `ΓH + HΓ = σ²` (row F-ricc). */
export const riccatiExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'F-ricc',
  title: 'Stationary covariance of SGD',
  description:
    'Independent chains of SGD with batches of 2 of 24 examples, drawn with replacement, at δ of 0.8, 0.4, 0.2 and 0.1, on a quadratic and on logistic regression: their covariance against (δ/m)Γ with ΓH + HΓ = σ², and against the exact law of a finite step on a quadratic.',
  differences: 'The paper states the equation and does not test it on iterates.',
  rows: ['F-ricc'],
  version: 1,
  needs: [],
  seconds: { smoke: 5, laptop: 15, paper: 150 },
  seeds: { smoke: 3, laptop: 5, paper: 10 },
  trials: (scale) => [{ condition: {}, options: { chains: extents[scale].chains, steps: [...stationarySteps] } }],
  compute: ({ scale, seed, threads, ...request }) =>
    computeOnCpu(threads, async (runtime) => {
      const arrays: Record<string, readonly number[]> = { step: [...stationarySteps] };
      const numbers: Record<string, number> = {};
      for (const [index, name] of riskNames.entries()) {
        const { residual, columns } = await stationaryColumns(runtime, name, extents[scale].chains, seed);
        numbers[`${name}.residual`] = residual;
        for (const [key, values] of Object.entries(columns)) arrays[`${name}.${key}`] = values;
        request.onProgress((index + 1) / riskNames.length);
      }
      return { numbers, arrays };
    }),
};

async function stationaryColumns(runtime: Runtime, name: RiskName, chains: number, seed: number) {
  const risk = risks[name](seed);
  const surveyor = await Surveyor.create(runtime, risk);
  const { point, hessian, covariance: noise } = await findMinimum(surveyor, [0, 0]);
  await surveyor.release();
  const gamma = solveLyapunov(hessian, noise);
  const slowest = smallestEigenvalue(hessian);
  const columns = {
    riccati: [] as number[],
    exact: [] as number[],
    error: [] as number[],
    'log-trace': [] as number[],
    'log-trace-exact': [] as number[],
  };
  for (const stepSize of stationarySteps) {
    const steps = Math.ceil(relaxations / (stepSize * slowest));
    const { end } = await simulate(runtime, stochasticGradient(risk, { stepSize, batch }), repeated(point, chains), {
      steps,
      seed,
    });
    const estimate = covarianceEstimate([coordinate(end, 0), coordinate(end, 1)]);
    const limit = gamma.map((row) => row.map((value) => (value * stepSize) / batch));
    const exact = stationaryCovariance(hessian, noise, { stepSize, batch });
    columns.riccati.push(relativeDifference(estimate.covariance, limit));
    columns.exact.push(relativeDifference(estimate.covariance, exact));
    columns.error.push(estimate.frobeniusError / frobeniusNorm(limit));
    columns['log-trace'].push(Math.log(trace(estimate.covariance) / trace(limit)));
    columns['log-trace-exact'].push(Math.log(trace(estimate.covariance) / trace(exact)));
  }
  return { residual: lyapunovResidual(gamma, hessian, noise), columns };
}

/** Of a symmetric 2×2 matrix. */
function smallestEigenvalue(matrix: SquareMatrix): number {
  const [[a, b], [, d]] = matrix as [[number, number], [number, number]];
  return (a + d) / 2 - Math.hypot((a - d) / 2, b);
}

const trace = (matrix: SquareMatrix): number => matrix.reduce((sum, row, index) => sum + row[index]!, 0);

/** SGD against its diffusion, the gradient flow and the Ornstein–Uhlenbeck limit (row F-sde). */
export const diffusionExperiment: ComputedExperiment = {
  kind: 'computed',
  id: 'F-sde',
  title: 'SGD, its diffusion, and the limit of small steps',
  description:
    'Chains of SGD and of dX = −∇f dt − √(δ/m) σ dB (Euler–Maruyama, four steps in each of SGD) on logistic regression from one start to the time 4, δ of 2, 1, 0.5 and 0.25: means, covariances and marginals against each other and against X(t) + √(δ/m)·N(0, C(t)).',
  differences: 'The paper quotes the limit theorem and does not test it.',
  rows: ['F-sde'],
  version: 1,
  needs: [],
  seconds: { smoke: 6, laptop: 60, paper: 600 },
  seeds: { smoke: 3, laptop: 5, paper: 10 },
  trials: (scale) => [{ condition: {}, options: { chains: extents[scale].scalingChains, steps: [...limitSteps] } }],
  compute: ({ scale, seed, threads, ...request }) =>
    computeOnCpu(threads, async (runtime) => {
      const risk = risks.logistic(seed);
      const surveyor = await Surveyor.create(runtime, risk);
      const limit = await followGradientFlow(surveyor, limitStart, { time: limitTime, steps: 60 });
      await surveyor.release();
      const ladder: Scaling[] = [];
      for (const [index, stepSize] of limitSteps.entries()) {
        const setting = {
          start: limitStart,
          time: limitTime,
          stepSize,
          batch,
          chains: extents[scale].scalingChains,
          seed,
        };
        ladder.push(await compareAtStep(runtime, risk, limit, setting));
        request.onProgress((index + 1) / limitSteps.length);
      }
      return { numbers: {}, arrays: ladderArrays(ladder) };
    }),
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const ladderArrays = (ladder: readonly Scaling[]): Record<string, number[]> => ({
  step: ladder.map(({ stepSize }) => stepSize),
  'descent-flow': ladder.map(({ descentDistance }) => descentDistance),
  'sgd-flow': ladder.map(({ sgd }) => sgd.meanDistance),
  'sgd-diffusion': ladder.map(({ meanDistance }) => meanDistance),
  'sgd-diffusion-error': ladder.map(({ meanError }) => meanError),
  'diffusion-flow': ladder.map(({ diffusion }) => diffusion.meanDistance),
  'covariance-limit': ladder.map(({ sgd }) => sgd.covarianceDistance),
  'covariance-error': ladder.map(({ sgd }) => sgd.covarianceError),
  wasserstein: ladder.map(({ sgd }) => mean(sgd.wasserstein)),
  'wasserstein-diffusion': ladder.map(({ diffusion }) => mean(diffusion.wasserstein)),
  kolmogorov: ladder.map(({ sgd }) => mean(sgd.kolmogorov)),
});

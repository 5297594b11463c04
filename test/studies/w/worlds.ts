import type { Condition, CatalogueSeries, SeriesName } from '../../../src/contract/index.ts';
import type { SyntheticRecord, SyntheticTrial } from '../../support/evidence.ts';

/** Made-up trials of one seed in which a claim's number is `x`. */
export type World = (x: number) => Omit<SyntheticTrial, 'seed'>[];

type Series = Partial<Record<CatalogueSeries, readonly SyntheticRecord[]>>;

const trial = (experiment: string, condition: Condition, series: Series): Omit<SyntheticTrial, 'seed'> => ({
  experiment,
  condition,
  series,
});
const over = (count: number, value: (index: number) => number, from = 0): SyntheticRecord[] =>
  Array.from({ length: count }, (_, index) => [from + index, value(index)] as const);

/** Steps between 21 floors of which a share goes up. */
function floors(rising: number): SyntheticRecord[] {
  const heights = [0];
  for (let step = 0; step < 20; step++) heights.push(heights.at(-1)! + (step < Math.round(20 * rising) ? 1 : -1));
  return heights.map((height, iteration) => [iteration, height, 0.5]);
}

const walk = (rule: string, series: Series) => trial('W-walk', { network: 'resnet', rule }, series);
const bothRules = (name: SeriesName, sgd: readonly SyntheticRecord[], gd: readonly SyntheticRecord[]) => [
  walk('sgd', { [name]: sgd }),
  walk('gd', { [name]: gd }),
];

const walkWorlds: Record<string, World> = {
  'W-interp.valley': (x) => [
    walk('gd', {
      'interpolation.floor': Array.from({ length: 40 }, (_, t) => [
        t,
        1,
        t < 20 || t - 20 >= Math.round(20 * (x + 0.9)) ? 1 : 0.5,
      ]),
    }),
  ],
  'W-interp.floor-falls': (x) => [walk('gd', { 'interpolation.floor': floors(1 - 0.9 - x) })],
  'W-interp.floor-rough': (x) => bothRules('interpolation.floor', floors(0.5 + x), floors(0.5)),
  'W-cos.opposite': (x) => [walk('gd', { 'gradient.cosine': over(40, (t) => (t < 20 ? 1 : -Math.SQRT1_2 - x)) })],
  'W-cos.less-negative': (x) =>
    bothRules(
      'gradient.cosine',
      over(40, (t) => (t < 20 ? 1 : x - 0.5)),
      over(40, () => -0.5),
    ),
  'W-dist.farther': (x) =>
    bothRules(
      'parameters.distance',
      over(3, (t) => Math.exp(t === 2 ? x : -9)),
      over(3, () => 1),
    ),
};

/** Two networks, the first of which has the smaller number. */
const networks = (name: SeriesName, sgd: (x: number) => number, gd: number): World => {
  const records = (value: number) => ({ [name]: over(5, () => value), 'gradient.cosine': over(5, () => value) });
  return (x) =>
    ['vgg11', 'resnet'].flatMap((network, index) => [
      trial('W-models', { network, rule: 'sgd' }, records(sgd(x + index))),
      trial('W-models', { network, rule: 'gd' }, records(gd)),
    ]);
};

/** Epochs 1 and 100 have 40 updates each at scale laptop. */
const late = 99 * 40;
const height = (rate: string, series: Series) =>
  trial('W-height', { network: 'mlp', rate, learningRate: rate === 'large' ? 0.1 : 0.05 }, series);
const twoEpochs = (first: (index: number) => number, last: (index: number) => number): SyntheticRecord[] => [
  ...over(40, first),
  ...over(40, last, late),
];
const firstOf = (share: number) => (index: number) => (index < Math.round(40 * share) ? 1 : 0);

const heightWorlds: Record<string, World> = {
  'W-barrier.low': (x) => [
    height('large', {
      'interpolation.loss': [
        [0, 2, 0],
        [1, 3, 0],
        [1, 9, 0.5],
      ],
      'interpolation.barrier': [
        [0, 0, 0.5],
        [1, 3 * (0.1 - x), 0.5],
      ],
    }),
  ],
  'W-barrier.late': (x) => [
    height('large', {
      'interpolation.height': twoEpochs(
        () => 1,
        () => 1,
      ),
      'interpolation.barrier': twoEpochs(firstOf(0.5), firstOf(0.5 + x)),
    }),
  ],
  'W-height.rate': (x) =>
    (['large', 'small'] as const).map((rate) =>
      height(rate, {
        'interpolation.height': twoEpochs(
          () => (rate === 'large' ? Math.exp(x) : 1),
          () => (rate === 'large' ? 2 * Math.exp(x) : 2),
        ),
      }),
    ),
  'W-height.falls': (x) => [
    height('large', {
      'interpolation.height': twoEpochs(
        () => Math.exp(x),
        () => 1,
      ),
    }),
  ],
};

/** Eleven measurements, of which the first is the initial point: two in each fifth. */
const measured = (value: (fifth: number) => number): SyntheticRecord[] =>
  Array.from({ length: 11 }, (_, index) => [100 * index, index === 0 ? 99 : value(Math.ceil(index / 2))]);
const sharp = (series: Series) => [trial('W-sharp', { network: 'mlp', learningRate: 0.1 }, series)];

/** Two sequences of mean 0 and length 1 that are orthogonal: `r·u + √(1 − r²)·v` has the correlation r with u. */
const u = [1, -1, 1, -1, 1, -1, 1, -1, 1, -1].map((value) => value / Math.sqrt(10));
const v = [1, 1, -1, -1, 1, 1, -1, -1, 0, 0].map((value) => value / Math.sqrt(8));

const sharpWorlds: Record<string, World> = {
  'W-sharp.falls': (x) => sharp({ 'hessian.sharpness': measured((fifth) => (fifth === 1 ? Math.exp(x) : 1)) }),
  'W-sharp.rises': (x) => sharp({ 'hessian.sharpness': measured((fifth) => (fifth === 5 ? Math.exp(x) : 1)) }),
  'W-sharp.accuracy': (x) =>
    sharp({
      'validation.accuracy': [[0, 0], ...over(10, (index) => u[index]!, 1)],
      'hessian.sharpness': [
        [0, 50],
        ...over(10, (index) => Math.exp(-x * u[index]! + Math.sqrt(1 - x * x) * v[index]!), 1),
      ],
    }),
  'W-sharp.drop': (x) => sharp({ 'validation.accuracy': measured((fifth) => (fifth === 4 ? 0.9 + x : 0.9)) }),
};

/** Batch sizes at one learning rate and learning rates at one batch size; a value that is off the axis misleads. */
const roles = (
  axis: 'batchSize' | 'learningRate',
  name: SeriesName,
  value: (doublings: number, x: number) => number,
): World => {
  const usual = { batchSize: 100, learningRate: 0.1 };
  const points = [0.5, 1, 2].map((factor) => ({ ...usual, [axis]: factor * usual[axis] }));
  const other = axis === 'batchSize' ? { batchSize: 100, learningRate: 0.2 } : { batchSize: 200, learningRate: 0.1 };
  return (x) => [
    ...points.map((point) =>
      trial(
        'W-roles',
        { network: 'mlp', ...point },
        { [name]: over(3, () => value(Math.log2(point[axis] / usual[axis]), x)) },
      ),
    ),
    trial('W-roles', { network: 'mlp', ...other }, { [name]: over(3, () => 7) }),
  ];
};

const rolesWorlds: Record<string, World> = {
  'W-roles.batch': roles('batchSize', 'gradient.cosine', (doublings, x) => -x * doublings),
  'W-roles.rate': roles('learningRate', 'gradient.cosine', (doublings, x) => x * doublings),
  'W-roles.batch-distance': roles('batchSize', 'parameters.distance', (doublings, x) => Math.exp(-x * doublings)),
  'W-roles.rate-distance': roles('learningRate', 'parameters.distance', (doublings, x) => Math.exp(x * doublings)),
};

/** What a run of W-noise ends with; distance and norm are logarithms. */
interface Noisy {
  readonly loss?: number;
  readonly accuracy?: number;
  readonly distance?: number;
  readonly norm?: number;
}

/** At scale laptop the change comes after 400 of 600 updates. Outside of the last quarters before and after it values mislead. */
function noiseRun(
  rule: string,
  factor: number,
  then: string,
  { loss = 1, accuracy = 0.5, distance = 0, norm = 0 }: Noisy,
) {
  const iterations = Array.from({ length: 31 }, (_, index) => 20 * index);
  const rescued = (iteration: number): number => {
    if (iteration > 550) return loss;
    return iteration > 300 && iteration <= 400 ? 1 : 2;
  };
  const stationary = (iteration: number): number => (iteration > 450 ? loss : 2);
  const lossOf = then === 'same' ? stationary : rescued;
  return trial(
    'W-noise',
    { network: 'mlp', rule, factor, then },
    {
      'train.loss': iterations.map((iteration) => [iteration, lossOf(iteration)]),
      'validation.accuracy': iterations.map((iteration) => [iteration, iteration > 450 ? accuracy : 0]),
      'parameters.distance': [
        [0, 1],
        [600, Math.exp(distance)],
      ],
      'parameters.norm': [
        [0, 1],
        [600, Math.exp(norm)],
      ],
    },
  );
}

interface NoiseWorld {
  readonly gd?: Noisy;
  readonly sgd?: Noisy;
  readonly weak?: Noisy;
  readonly strong?: Noisy;
  readonly thenSgd?: Noisy;
  readonly thenLower?: Noisy;
  readonly thenGd?: Noisy;
}
const noise = ({
  gd = {},
  sgd = {},
  weak = {},
  strong = {},
  thenSgd = {},
  thenLower = {},
  thenGd = {},
}: NoiseWorld) => [
  noiseRun('gd', 0, 'same', gd),
  noiseRun('sgd', 0, 'same', sgd),
  noiseRun('noise', 0.05, 'same', weak),
  noiseRun('noise', 0.1, 'same', strong),
  noiseRun('noise', 0.1, 'sgd', thenSgd),
  noiseRun('noise', 0.1, 'lower rate', thenLower),
  noiseRun('noise', 0.1, 'gd', thenGd),
];

const noiseWorlds: Record<string, World> = {
  'W-noise.stalls': (x) => noise({ gd: { loss: 1 }, weak: { loss: 1 + x }, strong: { loss: 1.5 + x } }),
  'W-noise.validation': (x) => noise({ weak: { accuracy: 0.4 - x }, strong: { accuracy: 0.5 - x } }),
  'W-noise.farther': (x) =>
    noise({ gd: { distance: 1 }, sgd: { distance: 2 }, weak: { distance: 2 + x }, strong: { distance: 3 + x } }),
  'W-noise.norm': (x) => noise({ gd: { norm: 2 }, sgd: { norm: 1 }, weak: { norm: 3 + x }, strong: { norm: 2 + x } }),
  'W-noise.norm-sgd': (x) => noise({ gd: { norm: 1 + x }, sgd: { norm: 1 } }),
  'W-noise.switch-sgd': (x) => noise({ thenSgd: { loss: 1 - x } }),
  'W-noise.lower-rate': (x) => noise({ thenLower: { loss: 1 - x } }),
  'W-noise.switch-gd': (x) => noise({ thenGd: { loss: 1 - x } }),
  'W-noise.rescue': (x) => noise({ thenSgd: { loss: 0.9 - x }, thenLower: { loss: 0.9 } }),
};

const covariance = (series: Series) => [trial('W-cov', { network: 'mlp' }, series)];
const covarianceWorlds: Record<string, World> = {
  'W-cov.overlap': (x) => covariance({ 'alignment.overlap': over(4, (index) => (index === 0 ? 9 : 0.25 + x)) }),
  'W-cov.cosine': (x) => covariance({ 'alignment.cosine': over(4, (index) => (index === 0 ? 9 : 0.5 + x)) }),
  'W-cov.residual': (x) =>
    covariance({ 'alignment.residualFrobenius': over(4, (index) => (index === 0 ? Math.exp(x) : 1)) }),
  'W-cov.equal': (x) =>
    covariance({
      'alignment.covarianceTrace': over(3, (index) => (index === 2 ? 5 * Math.exp(x) : 1)),
      'alignment.hessianTrace': over(3, () => 5),
    }),
};

/** The larger learning rate is better on the validation set; on the test set the smaller one would mislead. */
const schedules =
  (other: 'cyclical' | 'step'): World =>
  (x) =>
    (['trapezoid', other] as const).flatMap((schedule) =>
      [0.1, 0.2].map((rate) =>
        trial(
          'W-sched',
          { network: 'mlp', schedule, rate },
          {
            'validation.accuracy': [
              [0, 1],
              [9, rate],
            ],
            'test.accuracy': [[9, rate === 0.1 ? 0 : schedule === 'trapezoid' ? 0.9 + x : 0.9]],
          },
        ),
      ),
    );

/** A world for every claim on a mean or an equivalence. */
export const worlds: Readonly<Record<string, World>> = {
  ...walkWorlds,
  'W-models.cosine': networks('gradient.cosine', (x) => x - 0.5, -0.5),
  'W-models.distance': networks('parameters.distance', (x) => Math.exp(x), 1),
  ...heightWorlds,
  ...sharpWorlds,
  ...rolesWorlds,
  ...noiseWorlds,
  ...covarianceWorlds,
  'W-sched.one-cycle': schedules('cyclical'),
  'W-sched.rising': schedules('step'),
};

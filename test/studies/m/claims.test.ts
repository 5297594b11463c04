import { describe, expect, it } from 'vitest';
import { assess, judge, type Verdict } from '../../../src/claims/index.ts';
import { alphas } from '../../../src/studies/m/scaling.ts';
import { paperM } from '../../../src/studies/m/index.ts';
import { batchSettings, equalEpochs, networks } from '../../../src/studies/m/settings.ts';
import type { Claim } from '../../../src/studies/index.ts';
import { syntheticEvidence, type SyntheticRecord, type SyntheticTrial } from '../../support/evidence.ts';
import {
  accuracy,
  correlated,
  correlationRecords,
  everyMoment,
  everyNetwork,
  single,
  type Content,
} from './synthetic.ts';

/** Trials of a seed in which the tested number of a claim is `value`; of a share: in which this share of cases has the property. */
type Make = (value: number, seed: number) => SyntheticTrial[];

const { updates, longer } = batchSettings.laptop;
const atEnd = updates;
const [epochs, later] = [equalEpochs(batchSettings.laptop), longer * updates];

/** Both methods: records of the small batch, then of the large one. */
const batches =
  (records: (value: number) => readonly [small: Content['series'], large: Content['series']]): Make =>
  (value, seed) => {
    const [small, large] = records(value);
    return [
      { experiment: 'M-batch', condition: { batch: 'small' }, seed, series: small! },
      { experiment: 'M-batch', condition: { batch: 'large' }, seed, series: large! },
    ];
  };

const testAccuracies = (small: number, large: readonly SyntheticRecord[]) =>
  [{ 'test.accuracy': [[atEnd, small]] }, { 'test.accuracy': large }] as const;

/** A hundred cases, of which the first few have the property. */
const cases = (share: number, has: number, lacks: number): number[] =>
  Array.from({ length: 100 }, (_, index) => (index < 100 * share ? has : lacks));
const ones = cases(1, 1, 1);

const scaled = (name: 'largestEntry' | 'spectralNorm'): Make =>
  single('M-scale', (value) => ({
    series: {
      'train.accuracy': [[9, 1]],
      'topScaling.trace': [[9, 1, 1]],
      [`topScaling.${name}`]: alphas.map((alpha, index) => [9, index === 0 ? 1 : 10 ** -value, alpha]),
    },
  }));

/** For each claim: a number that counts, and how to make trials that have it. */
const rows: Record<string, readonly [size: number, make: Make]> = {
  ...Object.fromEntries(
    [
      ['concave', 'concave'],
      ['centre', 'belowCentre'],
      ['positive', 'positive'],
      ['bounded', 'bounded'],
    ].map(([name, key]) => [
      `M-simplex.${name!}`,
      [1, single('M-simplex', (share) => ({ numbers: { pairs: 200, [key!]: Math.round(200 * share) } }))],
    ]),
  ),
  'M-aceht.affine': [
    1,
    single('M-affine-traces', (value) => ({
      arrays: {
        'arbitrary.affine': [3 + 5 * value, 4],
        'arbitrary.exact': [3, 4],
        'trained.affine': [3, 4 + 2.5 * value],
        'trained.exact': [3, 4],
      },
    })),
  ],
  'M-aceht.top': [
    1,
    everyNetwork('M-examples', (value) => ({
      arrays: everyMoment({ affineFeatures: [3 + 5 * value, 4], top: [3, 4] }),
    })),
  ],
  'M-aceht.estimate': [
    0.05,
    single('M-affine-traces', (value) => {
      const { x, y } = correlated(0.9 + value);
      return { arrays: { 'arbitrary.affine': x, 'arbitrary.estimate': y } };
    }),
  ],
  'M-bound.upper': [
    1,
    everyNetwork('M-examples', (share) => ({
      // The last example is wrong, and does not count.
      arrays: everyMoment({
        affineInput: [...ones, 9],
        boundInput: [...cases(share, 2, 0.5), 1],
        correct: [...ones, 0],
      }),
    })),
  ],
  'M-bound.affine': [
    1,
    single('M-affine-traces', (share) => ({
      arrays: Object.fromEntries(
        ['arbitrary', 'trained'].flatMap((when) => [
          [`${when}.exact`, [...ones, 9]],
          [`${when}.bound`, [...cases(share, 2, 0.5), 1]],
          [`${when}.correct`, [...ones, 0]],
        ]),
      ),
    })),
  ],
  'M-bound.tightens': [
    0.5,
    everyNetwork('M-examples', (value) => ({
      arrays: {
        ...Object.fromEntries(['middle', 'end'].map((moment) => [`${moment}.correct`, [1, 1, 0]])),
        'middle.boundInput': [3, 3, 9],
        'middle.affineInput': [1, 1, 0],
        'end.boundInput': [1 + 2 * 10 ** -value, 1 + 2 * 10 ** -value, 9],
        'end.affineInput': [1, 1, 0],
      },
    })),
  ],
  'M-ht.agree': [
    1,
    single('M-affine-traces', (share) => ({
      arrays: {
        'arbitrary.exact': ones,
        'arbitrary.estimate': cases(share, 1.2, 1.4),
        'arbitrary.standardError': cases(1, 0.1, 0.1),
      },
    })),
  ],
  'M-ht.inaccuracy': [
    0.5,
    single('M-affine-traces', (value) => {
      const { x, y } = correlated(value);
      return {
        arrays: {
          'arbitrary.exact': x,
          'arbitrary.estimate': x.map((trace, index) => trace + y[index]! + 5),
          'arbitrary.standardError': x,
        },
      };
    }),
  ],
  ...Object.fromEntries(
    (['aceht', 'bound'] as const).flatMap((name) =>
      networks.map((network) => [
        `M-corr.${name}-${network}`,
        [
          0.1,
          everyNetwork('M-corr', (value) => ({
            series: {
              'train.accuracy': accuracy,
              // What comes in the first half does not count.
              [`exampleTrace.inlierCorrelation.${name === 'aceht' ? 'affineInput' : 'boundInput'}`]: [
                [0, -1, 1],
                [10, 0.8 + value + 0.02, 1],
                [20, 0.8 + value - 0.02, 1],
              ],
            },
          })),
        ],
      ]),
    ),
  ),
  'M-corr.wrong-none': [
    1,
    everyNetwork('M-corr', (value) => ({
      series: {
        'train.accuracy': accuracy,
        'exampleTrace.inlierCorrelation.affineInput': correlationRecords(0.9, value),
      },
    })),
  ],
  ...Object.fromEntries(
    (['aceht', 'bound'] as const).map((name) => [
      `M-corr.wrong-${name}`,
      [
        0.4,
        everyNetwork('M-corr', (value) => ({
          series: {
            'train.accuracy': accuracy,
            [`exampleTrace.inlierCorrelation.${name === 'aceht' ? 'affineInput' : 'boundInput'}`]: correlationRecords(
              0.5 + value,
              0.5,
            ),
          },
        })),
      ],
    ]),
  ),
  ...Object.fromEntries(
    (['aceht', 'bound'] as const).map((name) => [
      `M-corr.grows-${name}`,
      [
        0.6,
        everyNetwork('M-corr', (value) => {
          const { x, y } = correlated(value);
          return {
            series: {
              'train.accuracy': x.map((share, index) => [index, 0.5 + 0.4 * share]),
              [`exampleTrace.inlierCorrelation.${name === 'aceht' ? 'affineInput' : 'boundInput'}`]: y.map(
                (r, index) => [index, r, 1],
              ),
            },
          };
        }),
      ],
    ]),
  ),
  'M-corr.outliers': [
    1,
    everyNetwork('M-corr', (value) => ({
      series: {
        'train.accuracy': accuracy,
        'exampleTrace.inlierCorrelation.affineInput': correlationRecords(0.8 + value),
        'exampleTrace.correlation.affineInput': correlationRecords(0.8),
      },
    })),
  ],
  ...Object.fromEntries(
    (
      [
        ['lenet-mnist', 0.95],
        ['fc6-mnist', 0.93],
        ['fc6-cifar10', 0.4],
      ] as const
    ).map(([network, enough]) => [
      `M-models.${network}`,
      [
        0.02,
        everyNetwork('M-corr', (value) => ({
          series: {
            'test.accuracy': [
              [0, 0.1],
              [20, enough + value],
            ],
          },
        })),
      ],
    ]),
  ),
  'M-batch.training': [
    1,
    batches((value) => [
      { 'train.accuracy': [[atEnd, 0.9 + value]] },
      {
        'train.accuracy': [
          [atEnd, 0.9],
          [later, 1],
        ],
      },
    ]),
  ],
  'M-batch.flatter': [
    0.5,
    batches((value) => [
      { 'exampleTrace.mean': [[atEnd, 2]] },
      {
        'exampleTrace.mean': [
          [atEnd, 2 * 10 ** value],
          [later, 1],
        ],
      },
    ]),
  ],
  'M-batch.generalises': [
    0.01,
    batches((value) =>
      testAccuracies(0.9 + value, [
        [epochs, 0.1],
        [atEnd, 0.9],
        [later, 1],
      ]),
    ),
  ],
  'M-batch.skewed': [
    0.5,
    batches((value) => [
      { 'margin.outputSkewness': [[atEnd, -0.4 - value]] },
      {
        'margin.outputSkewness': [
          [atEnd, -0.4],
          [later, -3],
        ],
      },
    ]),
  ],
  'M-batch.smallest': [
    1,
    batches((value) => [
      {
        'margin.output': [
          [atEnd, -value, 0],
          [atEnd, 5, 0.5],
        ],
      },
      {
        'margin.output': [
          [atEnd, 0, 0],
          [atEnd, 7, 0.5],
        ],
      },
    ]),
  ],
  'M-batch.margins': [
    0.5,
    batches((value) => [
      {
        'margin.output': [
          [atEnd, -1, 0],
          [atEnd, 5 * 10 ** value, 0.5],
        ],
      },
      {
        'margin.output': [
          [atEnd, -2, 0],
          [atEnd, 5, 0.5],
          [later, 70, 0.5],
        ],
      },
    ]),
  ],
  'M-batch.equal-epochs': [
    1,
    batches((value) =>
      testAccuracies(0.9, [
        [epochs, 0.9 - value],
        [atEnd, 0.5],
      ]),
    ),
  ],
  'M-batch.catches-up': [
    0.01,
    batches((value) =>
      testAccuracies(0.9, [
        [atEnd, 0.8],
        [later, 0.8 + value],
      ]),
    ),
  ],
  'M-batch.closes': [
    1,
    batches((value) =>
      testAccuracies(0.9, [
        [atEnd, 0.5],
        [later, 0.9 - value],
      ]),
    ),
  ],
  'M-batch.margins-grow': [
    0.5,
    batches((value) => [
      {},
      {
        'margin.output': [
          [atEnd, 5, 0.5],
          [later, 5 * 10 ** value, 0.5],
          [later, 1, 0],
        ],
      },
    ]),
  ],
  'M-batch.flattens': [
    0.5,
    batches((value) => [
      {},
      {
        'exampleTrace.mean': [
          [atEnd, 5 * 10 ** value],
          [later, 5],
        ],
      },
    ]),
  ],
  'M-batch.related': [
    0.9,
    (value, seed) =>
      ['small', 'large', 'large, longer'].map((moment) => {
        const { x, y } = correlated(moment === 'large, longer' ? 0 : -value);
        const arrays = { margin: x, trace: y.map((power) => 10 ** power) };
        return { experiment: 'M-batch-examples', condition: { moment }, seed, arrays };
      }),
  ],
  'M-scale.vanishes': [8, scaled('largestEntry')],
  'M-scale.flat': [8, scaled('spectralNorm')],
  'M-scale.predictions': [
    1,
    single('M-scale', (value) => ({
      series: { 'topScaling.trace': [[9, 1, 1]], 'topScaling.changed': alphas.map((alpha) => [9, value, alpha]) },
    })),
  ],
  'M-cost.one-by-one': [0.5, single('M-cost', (value) => ({ numbers: { margins: 1, oneByOne: 10 ** (3 + value) } }))],
  'M-cost.exact': [1.5, single('M-cost', (value) => ({ numbers: { exact: 1, oneByOne: 10 ** value } }))],
  'M-cost.remains': [1, single('M-cost', (value) => ({ numbers: { margins: 1, exact: 10 ** value } }))],
  'M-cost.argument': [1, single('M-cost', (value) => ({ numbers: { margins: 1, exact: 10 ** (2 - value) } }))],
};

/** Numbers of four seeds by the verdict that they have to give. */
function patterns({ hypothesis }: Claim, size: number): Record<Verdict, number[]> {
  switch (hypothesis.kind) {
    case 'mean':
      return {
        supported: [1, 1.01, 0.99, 1].map((value) => value * size),
        contradicted: [-1, -1.01, -0.99, -1].map((value) => value * size),
        inconclusive: [0.9, -0.8, 0.8, -0.9].map((value) => value * size),
      };
    case 'equivalent':
      return {
        supported: [0.1, 0.12, 0.09, 0.1].map((value) => value * hypothesis.margin),
        contradicted: [3, 3.1, 2.9, 3].map((value) => value * hypothesis.margin),
        inconclusive: [0.1, 3, 0.1, 3].map((value) => value * hypothesis.margin),
      };
    case 'share':
      return { supported: [1, 1, 1, 1], contradicted: [0.5, 0.5, 0.5, 0.5], inconclusive: [1, 1, 0.98, 0.98] };
  }
}

const evidenceOf = (make: Make, values: readonly number[]) =>
  syntheticEvidence(values.flatMap((value, index) => make(value, index + 1)));

it('every claim has a row here', () => {
  expect(paperM.claims.map(({ id }) => id).sort()).toEqual(Object.keys(rows).sort());
});

describe.each(paperM.claims.map((claim) => [claim.id, claim] as const))('%s', (id, claim) => {
  const [size, make] = rows[id]!;

  it.each(['supported', 'contradicted', 'inconclusive'] as const)('is %s where that is so', (verdict) => {
    const intended = patterns(claim, size)[verdict];
    const measured = claim.measure(evidenceOf(make, intended));
    if (measured.kind === 'values')
      measured.values.forEach((value, index) => expect(value).toBeCloseTo(intended[index]!, 9));
    else if (verdict !== 'inconclusive') expect(measured.hits / measured.of).toBe(intended[0]);
    const few = measured.kind === 'counts' && verdict === 'inconclusive' ? { ...measured, hits: 9, of: 9 } : measured;
    expect(judge([assess(claim.hypothesis, few)])[0]!.verdict).toBe(verdict);
  });

  it('is refused where nothing was recorded', () => {
    const bare = [1, 2, 3]
      .flatMap((seed) => make(size, seed))
      .map(({ experiment, condition, seed }) => ({
        experiment,
        seed,
        ...(condition && { condition }),
      }));
    expect(() => claim.measure(syntheticEvidence(bare))).toThrow(expect.objectContaining({ code: 'NO_DATA' }) as Error);
  });
});

it('scaling is refused for a network that does not fit all of its examples', () => {
  const claim = paperM.claims.find(({ id }) => id === 'M-scale.vanishes')!;
  const wrong = [1, 2].map((seed) => ({
    experiment: 'M-scale',
    seed,
    series: { 'train.accuracy': [[9, 0.99] as const] },
  }));
  expect(() => claim.measure(syntheticEvidence(wrong))).toThrow(
    'expected every training example to be predicted correctly',
  );
});

it('wrong examples are those of the networks that have enough at some time', () => {
  const claim = paperM.claims.find(({ id }) => id === 'M-corr.wrong-none')!;
  const trials = [1, 2].flatMap((seed) =>
    networks.map((network, index) => ({
      experiment: 'M-corr',
      condition: { network },
      seed,
      series: {
        'train.accuracy':
          index === 0
            ? ([
                [0, 0.1],
                [10, 0.99],
              ] as const)
            : accuracy,
        'exampleTrace.inlierCorrelation.affineInput': correlationRecords(0.9, index === 0 ? 5 : 0.1 * index),
      },
    })),
  );
  const { values } = claim.measure(syntheticEvidence(trials)) as { values: readonly number[] };
  expect(values).toEqual([expect.closeTo(0.15, 12), expect.closeTo(0.15, 12)]);
});

it('wrong examples are refused where there are too few', () => {
  const claim = paperM.claims.find(({ id }) => id === 'M-corr.wrong-none')!;
  const fitted = networks.map((network) => ({
    experiment: 'M-corr',
    condition: { network },
    seed: 1,
    series: { 'train.accuracy': [[0, 0.1] as const, [10, 0.96] as const] },
  }));
  expect(() => claim.measure(syntheticEvidence(fitted))).toThrow(
    'expected a measurement with at least 5 % wrong examples',
  );
});

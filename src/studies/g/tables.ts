import { trialOf, type Evidence } from '../evidence.ts';
import { perSeed, spreadOf, spreadText } from '../measures.ts';
import type { PaperTable } from '../paper.ts';
import { crossingOf, slices } from './claims-slice.ts';
import { boundTrack, traceAtTrainingLoss } from './eq9.ts';
import { endOf } from './equal-loss.ts';
import { objectivesOf, tinySigma, type Objective } from './experiments-beyond.ts';
import { conditionTitle } from './figures-track.ts';
import { gapOf } from './score-gap.ts';
import {
  boundSigmas,
  cifar,
  conditionsOf,
  contrastOf,
  lossNames,
  losses,
  mnist,
  parameters,
  type ContrastKind,
  type Setting,
} from './setting.ts';

/** Mean ± standard deviation over seeds, three digits. */
const cell = (values: readonly number[]): string =>
  spreadText(
    values,
    (mean) => mean.toPrecision(3),
    (deviation) => deviation.toPrecision(2),
  );

const seedsCell = (evidence: Evidence, measure: (seed: number) => number): string =>
  cell(perSeed(evidence, measure).values);

/** The run with the largest learning rate on MNIST. */
const trained = (evidence: Evidence, seed: number) =>
  trialOf(evidence, mnist.experiment, seed, contrastOf(mnist, 'rates', evidence.scale).noisy);

const noise: PaperTable = {
  id: 'G-gcdf.noise',
  row: 'G-gcdf',
  place: 'equations 1 to 6',
  title: 'Gcdf beside the errors under noise of the top layer',
  caption: 'At the end of training, mean ± standard deviation over seeds; ten classes: MNIST, largest learning rate.',
  needs: [mnist.experiment, 'G-binary'],
  claims: ['bounds', 'binary', 'limit', 'gap'].map((name) => `G-gcdf.${name}`),
  build(evidence) {
    const binary = (seed: number) => trialOf(evidence, 'G-binary', seed);
    const rows = boundSigmas.map((sigma) => [
      String(sigma),
      ...[(seed: number) => trained(evidence, seed), binary].flatMap((trialAt) =>
        (['gcdf', 'error'] as const).map((side) =>
          seedsCell(evidence, (seed) => boundTrack(trialAt(seed), sigma)[side].at(-1)!),
        ),
      ),
    ]);
    const limit = [
      `${tinySigma} (errors without noise)`,
      '',
      '',
      seedsCell(evidence, (seed) => endOf(binary(seed), 'loss.gcdf', tinySigma)),
      seedsCell(evidence, (seed) => endOf(binary(seed), 'loss.error')),
    ];
    return {
      columns: ['σ', 'Gcdf, ten classes', 'errors, ten classes', 'Gcdf, two classes', 'errors, two classes'],
      rows: [limit, ...rows],
    };
  },
};

const gaps = (row: 'G-ce' | 'G-hinge', claims: readonly string[]): PaperTable => ({
  id: row === 'G-ce' ? 'G-ce.score-gap' : 'G-hinge.large-margins',
  row,
  place: 'section 4.1',
  title: row === 'G-ce' ? 'The score gap that each loss shows' : 'The hinge loss of large margins',
  caption:
    'What the first term of each loss in 1/parameter gives for the summed score gap, at the end of training on MNIST with the ' +
    'largest learning rate; the same number in all columns where a parameter is large. Mean ± standard deviation over seeds.',
  needs: [mnist.experiment],
  claims,
  build: (evidence) => ({
    columns: ['parameter', ...lossNames.map((loss) => losses[loss].title)],
    rows: parameters[evidence.scale].map((parameter) => [
      String(parameter),
      ...lossNames.map((loss) =>
        seedsCell(evidence, (seed) =>
          row === 'G-ce'
            ? gapOf[loss](endOf(trained(evidence, seed), losses[loss].series, parameter), parameter)
            : endOf(trained(evidence, seed), losses[loss].series, parameter),
        ),
      ),
    ]),
  }),
});

const crossings: PaperTable = {
  id: 'G-slice.crossings',
  row: 'G-slice',
  place: 'figures 7, 12, 16',
  title: 'Where the slices cross',
  caption:
    'The parameter at which the noisier and the quieter of two runs have the same loss at the same training loss; geometric mean ' +
    'over seeds, and factor of one standard deviation. Cross-entropy crosses at T = 1, where it is the training loss.',
  needs: [mnist.experiment, cifar.experiment],
  claims: slices.map(([figure]) => `G-slice.figure-${figure}-crossing`),
  build: (evidence) => ({
    columns: ['figure', 'data', 'what differs', ...lossNames.map((loss) => losses[loss].parameter)],
    rows: slices.map(([figure, setting, kind]) => [
      String(figure),
      setting.title,
      kind === 'rates' ? 'learning rate' : 'batch size',
      ...lossNames.map((loss) => {
        const { values } = perSeed(evidence, (seed) => Math.log(crossingOf(evidence, setting, kind, loss, seed)));
        const { mean, deviation } = spreadOf(values);
        return `${Math.exp(mean).toPrecision(3)} ×÷ ${Math.exp(deviation).toPrecision(3)}`;
      }),
    ]),
  }),
};

const kinds: readonly ContrastKind[] = ['rates', 'batches'];

const curvature: PaperTable = {
  id: 'G-bound.curvature',
  row: 'G-bound',
  place: 'section 5',
  title: 'Curvature of the top layer at equal training loss',
  caption:
    'tr H_top on MNIST where the training loss last falls through the level; mean ± standard deviation over seeds.',
  needs: [mnist.experiment],
  claims: kinds.map((kind) => `G-bound.curvature-${kind}`),
  build(evidence) {
    const levels = mnist.levels[evidence.scale];
    const conditions = [
      ...conditionsOf(mnist, 'rates', evidence.scale),
      ...conditionsOf(mnist, 'batches', evidence.scale).slice(1),
    ];
    return {
      columns: ['run', ...levels.map((level) => `training loss ${level}`)],
      rows: conditions.map((condition) => [
        conditionTitle(condition),
        ...levels.map((level) =>
          seedsCell(evidence, (seed) =>
            traceAtTrainingLoss(trialOf(evidence, mnist.experiment, seed, condition), level),
          ),
        ),
      ]),
    };
  },
};

const objectiveTitle = ({ loss, parameter }: Objective): string =>
  `${losses[loss].title}, ${losses[loss].parameter} = ${parameter}`;

const direct: PaperTable = {
  id: 'G-direct.losses',
  row: 'G-direct',
  place: 'future work',
  title: 'Training on each loss',
  caption:
    'Rows: what a network was trained on. Columns: what it reached, after the same number of updates; mean ± standard deviation over seeds.',
  needs: ['G-direct'],
  claims: lossNames.flatMap((loss) => [`G-direct.best-${loss}`, `G-direct.explicit-${loss}`]),
  build(evidence) {
    const objectives = objectivesOf(evidence.scale);
    return {
      columns: ['trained on', ...objectives.map(objectiveTitle), 'training error'],
      rows: objectives.map((by) => [
        objectiveTitle(by),
        ...objectives.map(({ loss, parameter }) =>
          seedsCell(evidence, (seed) => endOf(trialOf(evidence, 'G-direct', seed, by), losses[loss].series, parameter)),
        ),
        seedsCell(evidence, (seed) => endOf(trialOf(evidence, 'G-direct', seed, by), 'loss.error')),
      ]),
    };
  },
};

function runRows(evidence: Evidence, setting: Setting): string[][] {
  const conditions = [
    ...conditionsOf(setting, 'rates', evidence.scale),
    ...conditionsOf(setting, 'batches', evidence.scale).slice(1),
  ];
  return conditions.map((condition) => {
    const at = (seed: number) => trialOf(evidence, setting.experiment, seed, condition);
    return [
      setting.title,
      conditionTitle(condition),
      seedsCell(evidence, (seed) => endOf(at(seed), 'loss.training')),
      seedsCell(evidence, (seed) => endOf(at(seed), 'loss.error')),
      seedsCell(evidence, (seed) => endOf(at(seed), 'test.accuracy')),
    ];
  });
}

const models: PaperTable = {
  id: 'G-models.runs',
  row: 'G-models',
  place: 'appendices A and B',
  title: 'How far each run was trained',
  caption: 'At the end of training; mean ± standard deviation over seeds.',
  needs: [mnist.experiment, cifar.experiment],
  claims: ['G-models.mnist', 'G-models.cifar10'],
  build: (evidence) => ({
    columns: ['data', 'run', 'training loss', 'training error', 'test accuracy'],
    rows: [...runRows(evidence, cifar), ...runRows(evidence, mnist)],
  }),
};

/** The tables of paper G. */
export const tables: readonly PaperTable[] = [
  noise,
  gaps('G-ce', ['G-ce.gap']),
  gaps('G-hinge', ['G-hinge.linear']),
  crossings,
  curvature,
  direct,
  models,
];

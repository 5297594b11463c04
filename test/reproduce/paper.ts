import { trialOf } from '../../src/studies/evidence.ts';
import { finalOf, perSeed } from '../../src/studies/measures.ts';
import { buildFigure, figureTable } from '../../src/figures/index.ts';
import type { Scale, SpecificationInput } from '../../src/contract/index.ts';
import type { Paper } from '../../src/studies/index.ts';

const specification = (learningRate: number): SpecificationInput => ({
  data: { name: 'mnist-1d', examples: 200, testExamples: 50 },
  model: { name: 'mlp', hidden: [8] },
  optimizer: { name: 'sgd', learningRate, batchSize: 50 },
  duration: '6 iterations',
  evaluate: '2 iterations',
  checkpoints: { every: '2 iterations' },
});

const seeds: Record<Scale, number> = { smoke: 3, laptop: 3, paper: 3 };
const common = { description: 'A test.', differences: null, rows: ['W-dist'], seeds };

/** A paper of small runs: what it claims is so by construction, or not so. */
export const testPaper: Paper = {
  letter: 'W',
  title: 'A test | of papers',
  authors: 'Nobody',
  year: 2026,
  text: 'What **we** do.\n',
  experiments: [
    {
      ...common,
      kind: 'training',
      id: 'W-rates',
      title: 'Two learning rates',
      trials: () =>
        [0.1, 0.2].map((learningRate) => ({ condition: { learningRate }, specification: specification(learningRate) })),
    },
    {
      ...common,
      kind: 'computed',
      id: 'W-sums',
      title: 'A sum over the runs',
      version: 1,
      needs: ['W-rates'],
      seconds: { smoke: 1, laptop: 1, paper: 1 },
      trials: () => [{ condition: {}, options: { factor: 2 } }],
      compute: async ({ runs, options, seed, onProgress }) => {
        onProgress(0.5);
        const losses = runs('W-rates').map((trial) => finalOf(trial, 'train.loss'));
        return {
          numbers: { sum: Number(options['factor']) * losses.length, bad: NaN },
          arrays: { losses, seeds: [seed] },
        };
      },
    },
  ],
  claims: [
    {
      id: 'W-dist.falls',
      row: 'W-dist',
      place: 'section 1',
      statement: 'The training loss falls.',
      quantity: 'first minus last training loss, nat',
      hypothesis: { kind: 'mean', smallest: 0.001 },
      needs: ['W-rates'],
      measure: (evidence) =>
        perSeed(evidence, (seed) => {
          const trial = trialOf(evidence, 'W-rates', seed, { learningRate: 0.2 });
          return trial.series('train.loss').value[0]! - finalOf(trial, 'train.loss');
        }),
    },
    {
      id: 'W-dist.number',
      row: 'W-dist',
      place: 'section 2',
      statement: 'Twice two runs are four, less five.',
      quantity: '2 · runs − 5',
      hypothesis: { kind: 'mean', smallest: 0.5 },
      needs: ['W-sums'],
      measure: (evidence) => perSeed(evidence, (seed) => trialOf(evidence, 'W-sums', seed).number('sum') - 5),
    },
    {
      id: 'W-dist.unrecorded',
      row: 'W-dist',
      place: 'section 3',
      statement: 'Nobody recorded this.',
      quantity: 'sharpness',
      hypothesis: { kind: 'mean', smallest: 1 },
      needs: ['W-rates'],
      measure: (evidence) =>
        perSeed(evidence, (seed) =>
          finalOf(trialOf(evidence, 'W-rates', seed, { learningRate: 0.1 }), 'hessian.sharpness'),
        ),
    },
  ],
  figures: [
    {
      id: 'W-dist.curves',
      row: 'W-dist',
      place: 'figure 1',
      title: 'Learning curves',
      caption: 'Loss of one run.',
      needs: ['W-rates'],
      claims: ['W-dist.falls'],
      draw(evidence, options) {
        const source = evidence.trials('W-rates')[0]!.source();
        return { ...buildFigure('curves', source, options), table: () => figureTable('curves', source, options) };
      },
    },
  ],
  tables: [
    {
      id: 'W-dist.table',
      row: 'W-dist',
      place: 'table 1',
      title: 'Sums',
      caption: 'One row a seed.',
      needs: ['W-sums'],
      claims: [],
      build: (evidence) => ({
        columns: ['seed', 'sum'],
        rows: evidence.seeds.map((seed) => [String(seed), String(trialOf(evidence, 'W-sums', seed).number('sum'))]),
      }),
    },
  ],
};

import type { SeriesName } from '../../contract/index.ts';
import { pearsonCorrelation } from '../../statistics/index.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { log10Ratio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { batchMoments } from './batches.ts';
import { valueAt } from './readings.ts';
import { batchSettings, equalEpochs } from './settings.ts';

/** When a method is looked at: after as many updates as the small batch makes, after as many epochs, or at the end of its own training. */
export type When = 'equal updates' | 'equal epochs' | 'longer';

/** The iteration of a moment. */
export function iterationOf(evidence: Evidence, when: When): number {
  const setting = batchSettings[evidence.scale];
  switch (when) {
    case 'equal updates':
      return setting.updates;
    case 'equal epochs':
      return equalEpochs(setting);
    case 'longer':
      return setting.longer * setting.updates;
  }
}

/** A number of one method. Median and smallest margin are quantiles: coordinates 0.5 and 0. */
export function batchValue(
  evidence: Evidence,
  seed: number,
  batch: 'small' | 'large',
  name: SeriesName,
  { when = 'equal updates', coordinate }: { readonly when?: When; readonly coordinate?: number } = {},
): number {
  return valueAt(trialOf(evidence, 'M-batch', seed, { batch }), name, iterationOf(evidence, when), coordinate);
}

type Part = Pick<Claim, 'place' | 'statement' | 'quantity' | 'hypothesis'>;

const claim = (name: string, part: Part, value: (evidence: Evidence, seed: number) => number): Claim => ({
  id: `M-batch.${name}`,
  row: 'M-batch',
  ...part,
  needs: ['M-batch'],
  measure: (evidence) => perSeed(evidence, (seed) => value(evidence, seed)),
});

/** Test accuracy of the small batch minus that of the large one at a moment of its own. */
const testGap = (evidence: Evidence, seed: number, when: When): number =>
  batchValue(evidence, seed, 'small', 'test.accuracy') - batchValue(evidence, seed, 'large', 'test.accuracy', { when });

/** log₁₀ of a number of the large batch at one moment over that at another. */
const change = (
  evidence: Evidence,
  seed: number,
  name: SeriesName,
  [from, to]: readonly [When, When],
  coordinate?: number,
) => {
  const at = (when: When): number =>
    batchValue(evidence, seed, 'large', name, { when, ...(coordinate !== undefined && { coordinate }) });
  return log10Ratio(`M-batch: ${name}`, at(to), at(from));
};

/** One test image in a thousand. */
const oneInThousand = 0.001;
/** A ratio of 1.25. */
const quarterMore = Math.log10(1.25);

const comparison: readonly Claim[] = [
  claim(
    'training',
    {
      place: 'section 4.1, table 1',
      statement: 'After as many updates, small and large batch have the same training accuracy.',
      quantity: 'training accuracy of the small batch minus that of the large one',
      // Half a percent: as close as both of the paper's are to 1.
      hypothesis: { kind: 'equivalent', margin: 0.005 },
    },
    (evidence, seed) =>
      batchValue(evidence, seed, 'small', 'train.accuracy') - batchValue(evidence, seed, 'large', 'train.accuracy'),
  ),
  claim(
    'flatter',
    {
      place: 'section 4.1, table 1',
      statement: 'After as many updates, the small batch ends at a considerably smaller Hessian trace.',
      quantity: 'log₁₀ of the mean trace after the large batch over that after the small one',
      // "Considerably": at least a factor of 1.25.
      hypothesis: { kind: 'mean', smallest: quarterMore },
    },
    (evidence, seed) =>
      log10Ratio(
        'M-batch: mean traces',
        batchValue(evidence, seed, 'large', 'exampleTrace.mean'),
        batchValue(evidence, seed, 'small', 'exampleTrace.mean'),
      ),
  ),
  claim(
    'generalises',
    {
      place: 'section 4.1, table 1',
      statement: 'After as many updates, the small batch generalises better.',
      quantity: 'test accuracy of the small batch minus that of the large one',
      hypothesis: { kind: 'mean', smallest: oneInThousand },
    },
    (evidence, seed) => testGap(evidence, seed, 'equal updates'),
  ),
  claim(
    'skewed',
    {
      place: 'section 4.2, figure 4c',
      statement: 'The output margins of the small batch are more skewed to the left.',
      quantity: 'skewness of the signed output margins of the large batch minus that of the small one',
      // The spread of the skewness of 6,000 normal numbers is 0.03; three times that shows in a histogram.
      hypothesis: { kind: 'mean', smallest: 0.1 },
    },
    (evidence, seed) =>
      batchValue(evidence, seed, 'large', 'margin.outputSkewness') -
      batchValue(evidence, seed, 'small', 'margin.outputSkewness'),
  ),
  claim(
    'smallest',
    {
      place: 'section 4.2, figure 4c',
      statement: 'The small batch has the smaller smallest output margin.',
      quantity: 'smallest signed output margin of the large batch minus that of the small one',
      // Scores are compared within softmax: a tenth changes a ratio of probabilities by a tenth.
      hypothesis: { kind: 'mean', smallest: 0.1 },
    },
    (evidence, seed) =>
      batchValue(evidence, seed, 'large', 'margin.output', { coordinate: 0 }) -
      batchValue(evidence, seed, 'small', 'margin.output', { coordinate: 0 }),
  ),
  claim(
    'margins',
    {
      place: 'section 4.2, figure 4c',
      statement: 'After as many updates, the small batch has the larger margins.',
      quantity: 'log₁₀ of the median output margin of the small batch over that of the large one',
      hypothesis: { kind: 'mean', smallest: quarterMore },
    },
    (evidence, seed) =>
      log10Ratio(
        'M-batch: median margins',
        batchValue(evidence, seed, 'small', 'margin.output', { coordinate: 0.5 }),
        batchValue(evidence, seed, 'large', 'margin.output', { coordinate: 0.5 }),
      ),
  ),
];

const longer: readonly Claim[] = [
  claim(
    'equal-epochs',
    {
      place: 'section 4.2',
      statement: 'Trained as many epochs as the small batch, the large one generalises as well.',
      quantity:
        'test accuracy of the small batch at its end minus that of the large one after as many epochs (a sixteenth of the updates)',
      hypothesis: { kind: 'equivalent', margin: 2 * oneInThousand },
    },
    (evidence, seed) => testGap(evidence, seed, 'equal epochs'),
  ),
  claim(
    'catches-up',
    {
      place: 'section 4.2',
      statement: 'The gap in test accuracy shrinks when the large batch trains longer.',
      quantity: 'gap in test accuracy after as many updates minus the gap after the large batch has trained longer',
      hypothesis: { kind: 'mean', smallest: oneInThousand },
    },
    (evidence, seed) => testGap(evidence, seed, 'equal updates') - testGap(evidence, seed, 'longer'),
  ),
  claim(
    'closes',
    {
      place: 'section 4.2',
      statement: 'After training longer, the large batch generalises as well as the small one did.',
      quantity: 'test accuracy of the small batch at its end minus that of the large one after training longer',
      hypothesis: { kind: 'equivalent', margin: 2 * oneInThousand },
    },
    (evidence, seed) => testGap(evidence, seed, 'longer'),
  ),
  claim(
    'margins-grow',
    {
      place: 'section 4.2',
      statement: 'Training longer, the large batch goes on to enlarge its margins.',
      quantity:
        'log₁₀ of its median output margin after training longer over that after as many updates as the small batch',
      hypothesis: { kind: 'mean', smallest: quarterMore },
    },
    (evidence, seed) => change(evidence, seed, 'margin.output', ['equal updates', 'longer'], 0.5),
  ),
  claim(
    'flattens',
    {
      place: 'section 4.2',
      statement: 'Training longer, the large batch becomes flatter.',
      quantity:
        'log₁₀ of its mean Hessian trace after as many updates as the small batch over that after training longer',
      hypothesis: { kind: 'mean', smallest: quarterMore },
    },
    (evidence, seed) => change(evidence, seed, 'exampleTrace.mean', ['longer', 'equal updates']),
  ),
];

const related: Claim = {
  id: 'M-batch.related',
  row: 'M-batch',
  place: 'section 4.2, figures 4a and 4b',
  statement: 'After either batch size, examples with larger output margins have smaller Hessian traces.',
  quantity: 'minus Pearson’s r over examples between output margin and log₁₀ of the trace, mean over both batch sizes',
  // "A strong relationship": half of the variance.
  hypothesis: { kind: 'mean', smallest: 0.7 },
  needs: ['M-batch-examples'],
  measure: (evidence) =>
    perSeed(evidence, (seed) =>
      meanOf(
        'r of margins and traces',
        batchMoments.slice(0, 2).map((moment) => {
          const trial = trialOf(evidence, 'M-batch-examples', seed, { moment });
          return -pearsonCorrelation(trial.array('margin'), trial.array('trace').map(Math.log10)).r;
        }),
      ),
    ),
};

export const batchClaims: readonly Claim[] = [...comparison, ...longer, related];

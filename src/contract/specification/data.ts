import { z } from 'zod';
import { count } from './count.ts';

/** A number of examples, or all that there are. */
const countOrAll = (what: string, most: number) =>
  z
    .union([z.literal('all'), count(what).max(most)])
    .default('all')
    .describe(`${what}, or all`);

const labelNoiseSchema = z
  .strictObject({
    share: z.number().min(0).max(1).describe('share of the labels that are drawn anew, uniformly over all classes'),
    seed: z.int().nonnegative().optional().describe('seed of the choice and of the labels (default: the run’s seed)'),
    test: z.boolean().default(false).describe('whether test labels are drawn anew too'),
  })
  .describe('random labels; labels of the validation set stay as they are');

/** What every data set can be asked for. */
const options = {
  validation: count(
    'training examples that are kept apart as validation set; the same ones whatever the run’s seed',
  ).optional(),
  perClass: count('training examples of each class: the first n of a seeded permutation').optional(),
  labelNoise: labelNoiseSchema.optional(),
};

const normalise = z
  .boolean()
  .default(true)
  .describe('whether inputs are centred and scaled by the recorded mean and standard deviation');

/** A data set that is stored in files. */
const stored = (train: number, test: number) => ({
  examples: countOrAll('training examples: the first n of a seeded permutation', train),
  testExamples: countOrAll('test examples: the first n of a seeded permutation', test),
  ...options,
  normalise,
});

/** A data set that is computed. */
const generated = (train: number, test: number) => ({
  examples: count('training examples that are generated').max(1_000_000).default(train),
  testExamples: count('test examples that are generated').max(1_000_000).default(test),
  seed: z
    .int()
    .nonnegative()
    .default(42)
    .describe('seed of the generated data set; the run’s own seed does not change it'),
  ...options,
});

const unlimited = Number.MAX_SAFE_INTEGER;
const file = (what: string) => z.string().min(1).describe(`${what}; absolute, or relative to the data folder`);
const testShare = z
  .number()
  .gt(0)
  .lt(1)
  .default(0.2)
  .describe('share of the examples kept apart for testing where no test set is given; a fixed choice');

/** The data set, and how much of it. */
export const dataSchema = z
  .discriminatedUnion('name', [
    z.strictObject({ name: z.literal('mnist'), ...stored(60_000, 10_000) }),
    z.strictObject({ name: z.literal('fashion-mnist'), ...stored(60_000, 10_000) }),
    z.strictObject({
      name: z.literal('cifar-10'),
      source: z
        .enum(['auto', 'binary', 'images'])
        .default('auto')
        .describe(
          'the official binary batches or JPEG images; auto: complete binary batches, else images, else any batches',
        ),
      ...stored(50_000, 10_000),
    }),
    z.strictObject({
      name: z.literal('tiny-imagenet'),
      classes: z
        .union([z.literal('all'), count('classes').min(2).max(200), z.array(z.string()).min(2)])
        .default('all')
        .describe('all, the first n of wnids.txt, or a list of WordNet identifiers'),
      ...stored(100_000, 10_000),
    }),
    z.strictObject({
      name: z.literal('image-folder'),
      path: file('folder, tar or zip with images in [train|test]/<class>/'),
      size: count('height and width in pixels, to which images are scaled and cropped').max(1024).default(32),
      colour: z.boolean().default(true).describe('three channels, or one grey channel'),
      testShare,
      ...stored(unlimited, unlimited),
    }),
    z.strictObject({
      name: z.literal('npy'),
      inputs: file('.npy file of training inputs [n, …]: float32, float64, or uint8 that is scaled to [0, 1]'),
      labels: file('.npy file of training labels [n]: integers from 0'),
      testInputs: file('.npy file of test inputs').optional(),
      testLabels: file('.npy file of test labels').optional(),
      testShare,
      ...stored(unlimited, unlimited),
    }),
    z.strictObject({ name: z.literal('mnist-1d'), ...generated(4000, 1000), normalise }),
    z.strictObject({
      name: z.literal('clusters'),
      classes: count('clusters, one a class').min(2).max(10_000).default(10),
      dimension: count('features of an example').max(100_000).default(20),
      separation: z
        .number()
        .nonnegative()
        .default(4)
        .describe('distance of each cluster’s centre from 0, in standard deviations of a cluster'),
      ...generated(2000, 1000),
      normalise: normalise.default(false),
    }),
  ])
  .describe('the data set');

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
  .describe(
    'whether inputs are centred and scaled by mean and std where they are given, else by the recorded mean and standard deviation, else by those of the training examples',
  );

const perChannel = (value: z.ZodNumber, what: string) => z.array(value).min(1).max(65_536).optional().describe(what);

/** Constants of a normalisation that are given. */
const constants = {
  mean: perChannel(
    z.number(),
    'mean of each channel, or one of all, in units of the inputs (bytes: of [0, 1]); with std',
  ),
  std: perChannel(z.number().positive(), 'standard deviation of each channel, or one of all; with mean'),
};

/** A data set that is stored in files. */
const stored = (train: number, test: number) => ({
  examples: countOrAll('training examples: the first n of a seeded permutation', train),
  testExamples: countOrAll('test examples: the first n of a seeded permutation', test),
  ...options,
  normalise,
  ...constants,
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
  .min(0)
  .lt(1)
  .default(0.2)
  .describe('share of the examples kept apart for testing where no test set is given; a fixed choice; 0: no test set');

/** Where the labels of images come from. */
const imageLabels = z
  .discriminatedUnion('from', [
    z.strictObject({ from: z.literal('folders') }).describe('the name of the folder that an image lies in'),
    z
      .strictObject({
        from: z.literal('names'),
        pattern: z
          .string()
          .min(1)
          .default('^([^_.-]+)')
          .describe('regular expression whose first group, in the name of a file, is its class'),
      })
      .describe('the name of the file'),
    z
      .strictObject({
        from: z.literal('array'),
        file: file('.npy file of labels [n]: integers from 0, in the order of the sorted paths of the images'),
      })
      .describe('an array'),
  ])
  .default({ from: 'folders' })
  .describe('where labels come from');

/** What arrays of a user's own are told beside their names. */
const arrayOptions = {
  channels: z
    .enum(['auto', 'first', 'last'])
    .default('auto')
    .describe(
      'where inputs of three axes have their channels; last: they are moved to the front; auto: last where the last axis has 1, 3 or 4 elements and the first has not, and bytes of two axes are images of one channel',
    ),
  classes: count('classes; absent: the largest label of all examples, plus 1').max(65_536).optional(),
  testShare,
};

const arrayName = (what: string, usual: string) =>
  z.string().min(1).optional().describe(`name of the array of ${what}; absent: the first there is of ${usual}`);

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
      path: file('folder, tar or zip with images, in [train|test]/<class>/ where labels come from folders'),
      size: count('height and width in pixels, to which images are scaled and cropped').max(1024).default(32),
      colour: z.boolean().default(true).describe('three channels, or one grey channel'),
      labels: imageLabels,
      classes: z
        .array(z.string().min(1))
        .min(2)
        .optional()
        .describe('names of the classes in the order of their labels; absent: those that are found, sorted'),
      testShare,
      ...stored(unlimited, unlimited),
    }),
    z.strictObject({
      name: z.literal('npy'),
      inputs: file('.npy file of training inputs [n, …]: numbers; uint8 is scaled to [0, 1]'),
      labels: file('.npy file of training labels [n]: integers from 0'),
      testInputs: file('.npy file of test inputs').optional(),
      testLabels: file('.npy file of test labels').optional(),
      ...arrayOptions,
      ...stored(unlimited, unlimited),
    }),
    z.strictObject({
      name: z.literal('arrays'),
      path: file('.npz or .safetensors file with inputs [n, …] (uint8 is scaled to [0, 1]) and labels [n] from 0'),
      inputs: arrayName('training inputs', 'x_train, train_images, X_train, x, X, images, inputs, data'),
      labels: arrayName('training labels', 'y_train, train_labels, Y_train, y, Y, labels, targets'),
      testInputs: arrayName('test inputs', 'x_test, test_images, X_test (none: a share of the others)'),
      testLabels: arrayName('test labels', 'y_test, test_labels, Y_test'),
      ...arrayOptions,
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

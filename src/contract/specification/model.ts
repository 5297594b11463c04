import { z } from 'zod';
import { count } from './count.ts';
import { digestSchema } from './initial.ts';

const normaliseFeatures = z
  .boolean()
  .default(false)
  .describe("divide the top layer's input by its norm, example by example (G)");

const batchNorm = z
  .strictObject({
    momentum: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe("share of a batch in the new running statistics (PyTorch's default)"),
    epsilon: z.number().positive().default(1e-5).describe("added to variances (PyTorch's default)"),
  })
  .default({ momentum: 0.1, epsilon: 1e-5 })
  .describe('constants of batch normalisation; the running variance follows the unbiased one of each batch');

const patterns = (what: string) =>
  z.array(z.string().min(1)).min(1).optional().describe(`${what}: names, in which * and ? stand for any characters`);

/** The networks that Thalweg has itself. */
const zoo = [
  z
    .strictObject({
      name: z.literal('mlp'),
      hidden: z
        .array(count('units of a hidden layer'))
        .max(64)
        .default([512, 512])
        .describe('widths of the hidden layers'),
      activation: z.enum(['relu', 'leaky-relu', 'tanh', 'sigmoid', 'gelu']).default('relu'),
      normaliseFeatures,
    })
    .describe('fully connected'),
  z
    .strictObject({
      name: z.literal('fc6'),
      units: count('units of each of the five hidden layers').default(512),
      batchNorm,
      normaliseFeatures,
    })
    .describe('six fully connected layers with batch normalisation (G, M)'),
  z.strictObject({ name: z.literal('lenet'), normaliseFeatures }).describe('LeNet with ReLU and max-pooling (M)'),
  z
    .strictObject({ name: z.literal('cnn'), batchNorm, normaliseFeatures })
    .describe('two convolutions, three fully connected layers, batch normalisation (G)'),
  z
    .strictObject({ name: z.literal('vgg11'), batchNorm, normaliseFeatures })
    .describe('VGG-11 with batch normalisation, for images of at least 32×32 (W)'),
  z
    .strictObject({
      name: z.literal('resnet'),
      depth: z
        .int()
        .min(8)
        .max(1202)
        .refine((depth) => depth % 6 === 2, { error: 'expected a depth of 6n+2 (8, 14, 20, 32, 44, 56, …)' })
        .default(20)
        .describe('layers: 6n+2'),
      shortcut: z
        .enum(['projection', 'identity'])
        .default('projection')
        .describe(
          'where the shape changes: a 1×1 convolution without batch normalisation (F), or zero channels (He et al., A)',
        ),
      batchNorm,
      normaliseFeatures,
    })
    .describe('residual network for small images (W, F)'),
] as const;

/** A network of the zoo. */
export const zooModelSchema = z.discriminatedUnion('name', zoo);

/** A network from elsewhere. */
const onnx = z
  .strictObject({
    name: z.literal('onnx'),
    file: z.string().min(1).describe('.onnx file; absolute, or relative to the data folder'),
    sha256: digestSchema('that file'),
    include: patterns('only these initializers are trained; absent: all weights'),
    exclude: patterns('these initializers are not trained; absent: none'),
    scores: z
      .string()
      .min(1)
      .optional()
      .describe('name of the value with the scores [n, classes]; absent: the first output'),
  })
  .describe('a network from elsewhere, with the weights of its file');

/** The network. */
export const modelSchema = z.discriminatedUnion('name', [...zoo, onnx]).describe('the network');

import { z } from 'zod';
import { count } from './count.ts';

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

/** The network. */
export const modelSchema = z
  .discriminatedUnion('name', [
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
  ])
  .describe('the network');

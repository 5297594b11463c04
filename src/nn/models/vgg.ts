import { batchNorm, type BatchNormOptions } from '../batch-norm.ts';
import { conv2d, maxPool } from '../images.ts';
import { glorotNormal } from '../initialise.ts';
import { named, sequential, type LayerDescription } from '../layer.ts';
import { activation, dense, flatten } from '../layers.ts';

/** Channels of the convolutions in each of the five stages; a stage ends with 2×2 max-pooling. */
const stages = [[64], [128], [256, 256], [512, 512], [512, 512]];

/**
 * VGG-11 with batch normalisation (row W-models): eight 3×3 convolutions with padding 1 in five stages, then one fully
 * connected layer, as is usual for small images: 512 features at 32×32, 4·512 at 64×64. Parameters are named as in
 * torchvision (`features.0.weight`), but for the `classifier`, which is three layers there.
 */
export const vgg11 = (classes: number, norm: BatchNormOptions = {}): LayerDescription =>
  named({
    features: sequential(
      ...stages.flatMap((stage) => [
        ...stage.flatMap((channels) => [
          conv2d(channels, 3, { padding: 1, bias: false }),
          batchNorm(norm),
          activation('relu'),
        ]),
        maxPool(2),
      ]),
    ),
    flat: flatten(),
    classifier: dense(classes, { initialise: glorotNormal }),
  });

import { batchNorm, type BatchNormOptions } from '../batch-norm.ts';
import { conv2d, maxPool } from '../images.ts';
import { glorotNormal } from '../initialise.ts';
import { named, type LayerDescription } from '../layer.ts';
import { activation, dense, flatten } from '../layers.ts';

/**
 * The convolutional network of paper G (row G-models): two convolutions with 2×2 max-pooling and three fully connected
 * layers, with batch normalisation and ReLU after each but the last. The paper states no widths; these are 3×3 kernels
 * with padding 1 to 32 and 64 channels, then 256, 128 and the scores.
 */
export const cnn = (classes: number, norm: BatchNormOptions = {}): LayerDescription =>
  named({
    conv1: conv2d(32, 3, { padding: 1, bias: false }),
    bn1: batchNorm(norm),
    relu1: activation('relu'),
    pool1: maxPool(2),
    conv2: conv2d(64, 3, { padding: 1, bias: false }),
    bn2: batchNorm(norm),
    relu2: activation('relu'),
    pool2: maxPool(2),
    flat: flatten(),
    fc1: dense(256, { bias: false }),
    bn3: batchNorm(norm),
    relu3: activation('relu'),
    fc2: dense(128, { bias: false }),
    bn4: batchNorm(norm),
    relu4: activation('relu'),
    fc3: dense(classes, { initialise: glorotNormal }),
  });

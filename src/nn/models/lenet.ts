import { maxPool, conv2d } from '../images.ts';
import { glorotNormal } from '../initialise.ts';
import { named, type LayerDescription } from '../layer.ts';
import { activation, dense, flatten } from '../layers.ts';

/**
 * LeNet (row M-models): 5×5 convolutions to 6 and 16 channels, the first with padding 2, each with ReLU and 2×2
 * max-pooling, then 120, 84 and the scores.
 */
export const lenet = (classes: number): LayerDescription =>
  named({
    conv1: conv2d(6, 5, { padding: 2 }),
    relu1: activation('relu'),
    pool1: maxPool(2),
    conv2: conv2d(16, 5),
    relu2: activation('relu'),
    pool2: maxPool(2),
    flat: flatten(),
    fc1: dense(120),
    relu3: activation('relu'),
    fc2: dense(84),
    relu4: activation('relu'),
    fc3: dense(classes, { initialise: glorotNormal }),
  });

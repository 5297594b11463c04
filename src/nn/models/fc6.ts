import { batchNorm, type BatchNormOptions } from '../batch-norm.ts';
import { glorotNormal } from '../initialise.ts';
import { sequential, type LayerDescription } from '../layer.ts';
import { activation, dense, flatten } from '../layers.ts';

/**
 * The fully connected network of six layers (rows G-models, M-models): five hidden ones of `units`, each followed by batch
 * normalisation and ReLU, then scores. Neither paper states its widths; 512 is that of network F1 of Keskar et al.
 * (2016), whose experiment paper M repeats.
 */
export const fc6 = (units: number, classes: number, norm: BatchNormOptions = {}): LayerDescription =>
  sequential(
    flatten(),
    ...Array.from({ length: 5 }).flatMap(() => [dense(units, { bias: false }), batchNorm(norm), activation('relu')]),
    dense(classes, { initialise: glorotNormal }),
  );

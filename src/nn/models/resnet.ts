import { ThalwegError } from '../../base/index.ts';
import { batchNorm, type BatchNormOptions } from '../batch-norm.ts';
import { conv2d, globalAveragePool } from '../images.ts';
import { glorotNormal } from '../initialise.ts';
import { named, sequential, type LayerDescription } from '../layer.ts';
import { activation, dense } from '../layers.ts';
import { paddedShortcut, residual } from '../residual.ts';

/** How a block's input joins its output where their shapes differ. */
export type Shortcut = 'projection' | 'identity';

/** Channels of the three stages; the second and third begin with stride 2. */
const stages = { layer1: 16, layer2: 32, layer3: 64 };

/**
 * Residual network for small images (rows W-models, F-models): a 3×3 convolution to 16 channels, three stages of n blocks
 * with 16, 32 and 64 channels, global average pooling, scores. A block is conv–BN–ReLU–conv–BN, plus its input, then
 * ReLU. Where the shape changes, the input is projected by a 1×1 convolution without batch normalisation (as in paper F),
 * or subsampled and padded with zero channels (option A of He et al.). Names are torchvision's. Throws `USAGE` for a
 * depth that is not 6n+2.
 */
export function resnet(
  depth: number,
  classes: number,
  { shortcut = 'projection', norm = {} }: { shortcut?: Shortcut; norm?: BatchNormOptions } = {},
): LayerDescription {
  const blocks = (depth - 2) / 6;
  if (!Number.isInteger(blocks) || blocks < 1)
    throw new ThalwegError('USAGE', `resnet: expected a depth of 6n+2 (8, 14, 20, 32, 44, 56, …), got ${depth}`);
  const stage = (channels: number, stride: number): LayerDescription =>
    sequential(
      ...Array.from({ length: blocks }, (_, index) => block(channels, index === 0 ? stride : 1, shortcut, norm)),
    );
  return named({
    conv1: conv2d(stages.layer1, 3, { padding: 1, bias: false }),
    bn1: batchNorm(norm),
    relu: activation('relu'),
    layer1: stage(stages.layer1, 1),
    layer2: stage(stages.layer2, 2),
    layer3: stage(stages.layer3, 2),
    pool: globalAveragePool(),
    fc: dense(classes, { initialise: glorotNormal }),
  });
}

function block(channels: number, stride: number, shortcut: Shortcut, norm: BatchNormOptions): LayerDescription {
  const body = named({
    conv1: conv2d(channels, 3, { stride, padding: 1, bias: false }),
    bn1: batchNorm(norm),
    relu: activation('relu'),
    conv2: conv2d(channels, 3, { padding: 1, bias: false }),
    bn2: batchNorm(norm),
  });
  const after = activation('relu');
  if (stride === 1) return residual(body, { after });
  if (shortcut === 'identity') return residual(body, { shortcut: paddedShortcut(channels, stride), after });
  const projection = named({ downsample: sequential(conv2d(channels, 1, { stride, bias: false })) });
  return residual(body, { shortcut: projection, after });
}

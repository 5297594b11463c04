import type { Specification } from '../contract/index.ts';
import type { NetworkPoint } from '../curvature/index.ts';
import type { Model } from '../nn/index.ts';
import { readCheckpoint, type Checkpoint } from '../store/index.ts';
import { initialState } from '../train/index.ts';
import { unpackCheckpoint } from './checkpoint.ts';
import { trainingSeed } from './training-seed.ts';

/**
 * Parameters and running statistics of a checkpoint, or with null those of the initial point. It follows from the specification,
 * in a fork too, whose seed, start and model are its parent's. Throws `CHECKPOINT_INVALID`.
 */
export function pointAt(checkpoint: Checkpoint | null, model: Model, specification: Specification): NetworkPoint {
  const { parameters, buffers = {} } = checkpoint
    ? unpackCheckpoint(checkpoint.iteration, readCheckpoint(checkpoint.path), model, checkpoint.path).trainer
    : initialState(model, trainingSeed(specification));
  return { parameters, buffers };
}

import { encodeNumber } from '../../contract/index.ts';
import type { LossMap } from '../../landscape/index.ts';

/** Losses and accuracies as they travel in JSON. */
export const columnsOf = ({ loss, accuracy }: LossMap) => ({
  loss: Array.from(loss, encodeNumber),
  accuracy: Array.from(accuracy, encodeNumber),
});

import type { RunListEntry } from '../api/index.ts';

/** What runs have recorded when they end, by which runs and groups of them can be compared. */
export const finalQuantities = [
  'trainLoss',
  'trainAccuracy',
  'validationLoss',
  'validationAccuracy',
  'testLoss',
  'testAccuracy',
  'meanHeight',
  'barriers',
  'distance',
  'seconds',
] as const satisfies readonly (keyof RunListEntry)[];
export type FinalQuantity = (typeof finalQuantities)[number];

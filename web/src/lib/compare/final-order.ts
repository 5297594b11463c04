import type { RunListEntry } from '../../../../src/contract/index.ts';

/** What runs have recorded when they end, by which groups can be compared: figures of {@link RunListEntry}. */
export const finalKeys = [
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
export type FinalKey = (typeof finalKeys)[number];

/** Figures that stand in the table until a reader chooses others. */
export const usualFinals: readonly FinalKey[] = ['trainLoss', 'validationAccuracy', 'testLoss', 'testAccuracy'];

const isFinalKey = (name: string): name is FinalKey => finalKeys.some((key) => key === name);

/** The figures that a text of an address names, in the order of {@link finalKeys}. */
export function parseFinals(text: string | null): readonly FinalKey[] {
  const named = (text ?? '').split(',').filter(isFinalKey);
  return named.length > 0 ? finalKeys.filter((key) => named.includes(key)) : usualFinals;
}

/** By which figure groups stand in the table. */
export interface FinalOrder {
  readonly key: FinalKey;
  readonly descending: boolean;
}

/** An order as it stands in an address: `-testAccuracy`. */
export const orderText = (order: FinalOrder | null): string | null =>
  order && (order.descending ? '-' : '') + order.key;

/** The order that a text of an address means; null: the groups stand as in the legend. */
export function parseOrder(text: string | null): FinalOrder | null {
  const descending = text?.startsWith('-') ?? false;
  const key = text?.replace(/^-/, '') ?? '';
  return isFinalKey(key) ? { key, descending } : null;
}

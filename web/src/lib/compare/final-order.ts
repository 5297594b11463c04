import { finalQuantities, type FinalQuantity } from '../../../../src/contract/index.ts';

/** By which groups can be compared. */
export const finalKeys = finalQuantities;
export type FinalKey = FinalQuantity;

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

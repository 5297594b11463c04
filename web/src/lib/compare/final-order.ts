/** Figures at the end of runs that groups are compared by. */
export const finalKeys = ['trainLoss', 'validationAccuracy', 'testAccuracy'] as const;
export type FinalKey = (typeof finalKeys)[number];

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
  const key = finalKeys.find((name) => name === text?.replace(/^-/, ''));
  return key === undefined ? null : { key, descending };
}

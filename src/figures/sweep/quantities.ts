import type { FinalQuantity } from '../../contract/index.ts';
import { tickLabel } from '../ticks.ts';

type Format = 'number' | 'share' | 'seconds';

const described: Readonly<Record<FinalQuantity, readonly [title: string, format: Format]>> = {
  trainLoss: ['training loss', 'number'],
  trainAccuracy: ['training accuracy', 'share'],
  validationLoss: ['validation loss', 'number'],
  validationAccuracy: ['validation accuracy', 'share'],
  testLoss: ['test loss', 'number'],
  testAccuracy: ['test accuracy', 'share'],
  meanHeight: ['mean height above the valley floor', 'number'],
  barriers: ['updates over a barrier', 'number'],
  distance: ['distance from initialisation', 'number'],
  seconds: ['wall time', 'seconds'],
};

/** A final quantity in words. */
export const quantityTitle = (quantity: FinalQuantity): string => described[quantity][0];

/** A value of a final quantity to some significant digits: `62.0 %`, `0.503`, `12 s`. */
export function quantityText(quantity: FinalQuantity, value: number, digits = 3): string {
  const format = described[quantity][1];
  if (format === 'share')
    return `${digits > 2 ? (100 * value).toFixed(digits - 2) : Number((100 * value).toPrecision(digits))} %`;
  const text = tickLabel(Number(value.toPrecision(digits)));
  return format === 'seconds' ? `${text} s` : text;
}

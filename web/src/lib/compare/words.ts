import { describeSeries, type BandKind, type CurveAxis } from '../../../../src/contract/index.ts';
import type { CurveChoice } from './address.ts';

/** What a band is, in the words of legends. */
export const bandTitle = (band: BandKind): string =>
  ({
    deviation: '± 1 standard deviation',
    error: '± 1 standard error',
    interval: '95 % interval of the mean',
    none: '',
  })[band];

/** What stands along the horizontal axis, with its unit. */
export const axisLabels: Readonly<Record<CurveAxis, { readonly label: string; readonly unit?: string }>> = {
  iteration: { label: 'iteration' },
  epoch: { label: 'epoch' },
  time: { label: 'wall time', unit: 's' },
  path: { label: 'path length' },
};

/** Title of a curve, with the coordinate that was chosen. */
export const curveTitle = ({ series, coordinate }: CurveChoice): string =>
  describeSeries(series).title + (coordinate === null ? '' : ` (${coordinate})`);

/** Unit of a curve; null: a plain number. */
export function curveUnit({ series }: CurveChoice): string | null {
  const { unit } = describeSeries(series);
  return unit === '1' || unit === '' ? null : unit;
}

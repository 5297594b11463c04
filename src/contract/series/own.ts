import { series, type SeriesDescription } from './description.ts';

/** A series that a probe of one's own records: `own.` and a name of letters, digits, `.`, `-` and `_`. */
export type OwnSeriesName = `own.${string}`;

const pattern = /^own\.[A-Za-z][\w.-]{0,62}$/;

export const isOwnSeries = (name: string): name is OwnSeriesName => pattern.test(name);

/** What is known of it: its name. */
export const describeOwnSeries = (name: OwnSeriesName): SeriesDescription =>
  series(name.slice('own.'.length), '', null, 'recorded by a probe of one’s own');

export { comparisonCsvChunks } from './compare-csv.ts';
export { compare } from './compare.ts';
export { partsOf } from './parts.ts';
export { placesOf } from './places.ts';
export type { Place } from './places.ts';
export { SeriesCache } from './series-cache.ts';
export type { CurveKey, HeldCurve } from './series-cache.ts';
export { windowOf } from './window.ts';
export type { WindowRequest } from './window.ts';

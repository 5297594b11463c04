import type { MarkerShape } from './specification.ts';

/** Shapes in the order in which groups take them. */
export const markerShapes: readonly MarkerShape[] = ['circle', 'square', 'triangle', 'diamond'];

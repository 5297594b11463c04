import { curvatureSeries } from './curvature.ts';
import { examplesSeries } from './examples.ts';
import { noiseSeries } from './noise.ts';
import { trainingSeries } from './training.ts';
import { updatesSeries } from './updates.ts';

/** Every series that a run can contain. */
export const seriesCatalogue = {
  ...trainingSeries,
  ...curvatureSeries,
  ...examplesSeries,
  ...noiseSeries,
  ...updatesSeries,
} as const;

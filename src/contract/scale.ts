import { z } from 'zod';

/** Scales of a study: `smoke` seconds to minutes, `laptop` within an hour or some, `paper` the paper's own setting. */
export const studyScaleSchema = z.enum(['smoke', 'laptop', 'paper']);
export type Scale = z.infer<typeof studyScaleSchema>;

import { serveRequests } from '../../workers/index.ts';
import type { LandscapePart, PartRequest } from './parts.ts';

/** The program of a process that computes parts of landscapes; it tells how many points of each are computed. */
serveRequests<PartRequest, number, LandscapePart>(async (request, { signal, onMessage }) => {
  const [{ keepSources, keptBytes }, { measurePart }] = await Promise.all([
    import('../../data/index.ts'),
    import('./parts.ts'),
  ]);
  keepSources(keptBytes);
  return measurePart(request, { signal, onPoints: onMessage });
});

import type { LandscapePrice } from '../../contract/index.ts';
import { serveRequests } from '../../workers/index.ts';
import type { LandscapeRequest } from './request.ts';

/** The program of a process that finds out what a landscape costs. */
serveRequests<LandscapeRequest, never, LandscapePrice>(async (request) =>
  (await import('./price.ts')).priceLandscape(request),
);

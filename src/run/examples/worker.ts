import { serveRequests } from '../../workers/index.ts';
import type { PicturedExample } from './picture.ts';
import type { ExampleRequest } from './request.ts';

/** The program of the process that shows examples. */

let viewer: Promise<(request: ExampleRequest) => Promise<PicturedExample>> | undefined;

serveRequests<ExampleRequest, never, PicturedExample>(async (request) => {
  viewer ??= import('./show.ts').then(({ createExampleViewer }) => createExampleViewer());
  return (await viewer)(request);
});

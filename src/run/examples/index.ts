export type { PicturedExample } from './picture.ts';
export { startExampleViewer, type ExampleViewer } from './process.ts';
export type { ExampleRequest } from './request.ts';
export { createExampleViewer } from './show.ts';

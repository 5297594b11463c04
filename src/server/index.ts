export { accessFor } from './access.ts';
export type { Access } from './access.ts';
export { createServer } from './create-server.ts';
export type { ServerOptions } from './create-server.ts';
export { listen } from './listen.ts';
export { ExampleShelf } from './example-shelf.ts';
export type { OpenExamples } from './example-shelf.ts';
export { Jobs } from './jobs.ts';
export type { StartJob } from './jobs.ts';

export { createServer } from './create-server.ts';
export type { ServerOptions } from './create-server.ts';
export { listen } from './listen.ts';
export { Jobs } from './jobs.ts';
export type { StartJob } from './jobs.ts';

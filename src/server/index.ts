export { accessFor } from './access.ts';
export type { Access } from './access.ts';
export { createServer } from './create-server.ts';
export type { ServerOptions } from './create-server.ts';
export { listen } from './listen.ts';
export { Estimates } from './estimates.ts';
export type { EstimateStarters } from './estimates.ts';
export { Jobs } from './jobs.ts';
export type { StartJob } from './jobs.ts';

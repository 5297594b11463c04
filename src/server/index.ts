export { createServer } from './create-server.ts';
export type { ServerOptions } from './create-server.ts';
export type { ErrorBody } from './errors.ts';
export { listen } from './listen.ts';

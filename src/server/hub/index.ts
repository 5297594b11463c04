export { hubRoutes } from './routes.ts';
export { RunCopies, type RunCopiesOptions } from './run-copies.ts';

export { openBackend, sessionOptions, type OrtBuild } from './backend.ts';
export { isUnavailable, reasonOf } from './error.ts';
export type { OrtSession } from './executable.ts';

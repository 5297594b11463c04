export { createWebBackend, webThreads, type WebDevice, type WebOptions } from './ort.ts';
export type { OnLoad } from './download.ts';

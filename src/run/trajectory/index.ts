export { importRun, type ImportRequest } from './import.ts';

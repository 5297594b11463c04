export { availableDevices, createOrtBackend, type OrtOptions } from './ort.ts';
export { saveProgram } from './save.ts';

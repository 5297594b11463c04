export { arrayFileEndings, isArrayFile, readArrays, readNpyFile, withSource } from './file.ts';
export { parseNpy, type ArrayPlace } from './npy.ts';
export {
  formatArray,
  hostTensorOf,
  parseSafetensors,
  safetensorsNames,
  type ArrayData,
  type ArrayType,
  type ByteSource,
  type Fail,
  type FileArray,
} from './core/index.ts';
export { readZip, type TreeFile } from './zip.ts';

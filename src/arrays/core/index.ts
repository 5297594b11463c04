/** Arrays in memory and the safetensors format: what needs no Node. */
export { parseSafetensors, safetensorsNames, type ByteSource, type Fail } from './safetensors.ts';
export {
  arrayFrom,
  bytesOfType,
  formatArray,
  hostTensorOf,
  type ArrayData,
  type ArrayType,
  type FileArray,
} from './types.ts';

export { arrayFileEndings, isArrayFile, readArrays, readNpyFile, withSource } from './file.ts';
export { parseNpy, type ArrayPlace } from './npy.ts';
export { parseSafetensors, safetensorsNames, type ByteSource, type Fail } from './safetensors.ts';
export { formatArray, hostTensorOf, type ArrayData, type ArrayType, type FileArray } from './types.ts';
export { readZip, type TreeFile } from './zip.ts';

export { encodeCopyModel } from './copy.ts';
export * from './model.ts';
export { decodeModel, decodeTensorFile, type DecodeOptions } from './decode.ts';
export { encodeModel } from './encode.ts';
export type { ExternalFile, ExternalFiles } from './external.ts';

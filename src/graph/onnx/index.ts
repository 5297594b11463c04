export { encodeCopyModel } from './copy.ts';
export * from './model.ts';
export { decodeModel } from './decode.ts';
export { encodeModel } from './encode.ts';

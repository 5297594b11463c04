export * from './key.ts';
export * from './tree.ts';
export * from './print.ts';
export * from './tensor.ts';
export * from './walk.ts';
export * from './onnx/index.ts';

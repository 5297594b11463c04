export * from './batch-norm.ts';
export * from './images.ts';
export * from './initialise.ts';
export { named, sequential } from './layer.ts';
export type {
  Buffer,
  BufferTensors,
  Layer,
  LayerDescription,
  Mode,
  Parameter,
  ParameterTensors,
  Pass,
} from './layer.ts';
export * from './layers.ts';
export * from './loss/index.ts';
export * from './model.ts';
export * from './models/index.ts';
export * from './residual.ts';
export * from './scale-top.ts';

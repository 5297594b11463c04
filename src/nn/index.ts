export * from './initialise.ts';
export * from './layer.ts';
export * from './layers.ts';
export * from './loss/index.ts';
export * from './model.ts';

export * from './cnn.ts';
export * from './fc6.ts';
export * from './lenet.ts';
export * from './mlp.ts';
export * from './model-for.ts';
export * from './resnet.ts';
export * from './vgg.ts';

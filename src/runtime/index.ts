export type { AnyTensor, Backend, Device, DeviceTensor, Executable } from './backend.ts';
export { asDevice, asHost, disposeTree, isAnyTensor, isDeviceTensor, readTensor } from './handles.ts';
export { beside, type Releasable } from './ownership.ts';
export { createRuntime, type CompileOptions, type Program, type Runtime } from './program.ts';

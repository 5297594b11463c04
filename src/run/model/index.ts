export { findFile, type FilePlaces } from './files.ts';
export { loadModel, type LoadedModel } from './load.ts';
export { onnxNetwork, type ModelExamples } from './network.ts';
export { differences, matchWeights, requireMatch, type Weights, type WeightsReport } from './weights.ts';

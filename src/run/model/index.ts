export { findFile, type FilePlaces } from './files.ts';
export { loadModel, type LoadedModel, type ModelExamples } from './load.ts';
export { differences, matchWeights, requireMatch, type Weights, type WeightsReport } from './weights.ts';

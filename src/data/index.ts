export type { ArrayData, ArrayType, FileArray } from '../arrays/index.ts';
export { readLabels, type PlacedArray } from './array-examples.ts';
export {
  catalogueEntry,
  createSampler,
  dataCatalogue,
  epochOrder,
  evaluationOrder,
  evaluationSubset,
  gatherBatch,
  inputSize,
  selectExamples,
  type Batch,
  type CatalogueEntry,
  type Checksum,
  type DataFile,
  type DataForm,
  type DataName,
  type DataSet,
  type DataSpecification,
  type DigestOf,
  type ExampleSet,
  type Labels,
  type Normalisation,
  type Relabelled,
  type Sampler,
  type SamplerOptions,
} from './core/index.ts';
export { fetchDataSet, type FetchedFile, type FetchOptions, type FileSource } from './fetch.ts';
export { keptBytes } from './kept-bytes.ts';
export { keepSources } from './kept-sources.ts';
export { loadDataSet } from './load.ts';
export { dataDirectories, locateFile, requirePath, userCacheFolder, type Surroundings } from './locate.ts';
export { type LoadOptions } from './options.ts';
export { imageCacheFolder } from './image-cache.ts';
export { sampledBatches, type SampledBatch } from './sampled-batches.ts';
export { verifyDataSet, type FileVerification } from './verify.ts';

export { assembleDataSet, type AssemblyOptions } from './assemble.ts';
export { evaluationOrder, evaluationSubset, gatherBatch, selectExamples, type Batch } from './batch.ts';
export {
  catalogueEntry,
  dataCatalogue,
  type CatalogueEntry,
  type Checksum,
  type DataFile,
  type DataForm,
  type DataName,
  type DataSpecification,
} from './catalogue.ts';
export {
  inputSize,
  type DataSet,
  type DigestOf,
  type ExampleSet,
  type Labels,
  type Normalisation,
  type Relabelled,
} from './examples.ts';
export { generateDataSet, isGenerated, type GeneratedData } from './generate.ts';
export { idxDataSet, idxExamples, type DataContents } from './idx-parts.ts';
export type { RawDataSet, RawExamples } from './raw.ts';
export { createSampler, epochOrder, type Sampler, type SamplerOptions } from './sampler.ts';

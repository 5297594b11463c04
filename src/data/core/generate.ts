import { assembleDataSet } from './assemble.ts';
import type { DataSpecification } from './catalogue.ts';
import { generateClusters } from './clusters.ts';
import type { DataSet, DigestOf } from './examples.ts';
import { generateMnist1d } from './mnist1d.ts';

/** A data set that is computed from its specification: it needs no file. */
export type GeneratedData = Extract<DataSpecification, { readonly name: 'mnist-1d' | 'clusters' }>;

export const isGenerated = (specification: DataSpecification): specification is GeneratedData =>
  specification.name === 'mnist-1d' || specification.name === 'clusters';

/**
 * Generates the data set of a specification. It has as many examples as that says; none is left out after that.
 *
 * @param seed of the run: it draws label noise without a seed of its own
 */
export function generateDataSet(specification: GeneratedData, seed: number, digestOf: DigestOf): DataSet {
  const raw = specification.name === 'mnist-1d' ? generateMnist1d(specification) : generateClusters(specification);
  return assembleDataSet(raw, { ...specification, examples: 'all', testExamples: 'all' }, seed, digestOf);
}

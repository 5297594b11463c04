import { catalogueEntry, type DataSpecification } from './catalogue.ts';
import type { DataSet } from './examples.ts';
import { loadIdxDataSet, type LoadOptions } from './idx-data-set.ts';
import { generateMnist1d } from './mnist1d.ts';

/**
 * Loads or generates the data set that a specification names, with its subsets drawn and its inputs normalised. The
 * same specification and seed give the same bits. Throws `DATA_MISSING` when files are not found and `DATA_INVALID`
 * when one is damaged or holds too few examples.
 */
export async function loadDataSet(specification: DataSpecification, options: LoadOptions): Promise<DataSet> {
  switch (specification.name) {
    case 'mnist':
      return loadIdxDataSet(catalogueEntry(specification.name), specification, options);
    case 'mnist-1d':
      return generateMnist1d(specification);
  }
}

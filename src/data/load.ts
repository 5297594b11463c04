import { readArrayFile } from './array-file.ts';
import { assembleDataSet } from './assemble.ts';
import { catalogueEntry, type DataSpecification } from './catalogue.ts';
import { readCifar10 } from './cifar10.ts';
import { generateClusters } from './clusters.ts';
import type { DataSet } from './examples.ts';
import { readIdxDataSet } from './idx-data-set.ts';
import { readImageFolder } from './image-folder.ts';
import { generateMnist1d } from './mnist1d.ts';
import { readNpyDataSet } from './npy-data-set.ts';
import type { LoadOptions } from './options.ts';
import type { RawDataSet } from './raw.ts';
import { readTinyImageNet } from './tiny-imagenet.ts';

/**
 * Loads or generates the data set that a specification names, with its subsets drawn and its inputs normalised. The
 * same specification and seed give the same bits. Throws `DATA_MISSING` when files are not found, `DATA_INVALID` when
 * one is damaged, and `SPECIFICATION_INVALID` when more examples are asked for than there are.
 */
export async function loadDataSet(specification: DataSpecification, options: LoadOptions): Promise<DataSet> {
  const raw = await readSource(specification, options);
  // A generated set has as many examples as the specification says; none is left out after that.
  const generated = specification.name === 'mnist-1d' || specification.name === 'clusters';
  const sizes = generated ? ({ examples: 'all', testExamples: 'all' } as const) : {};
  return assembleDataSet(raw, { ...specification, ...sizes }, options.seed);
}

async function readSource(specification: DataSpecification, options: LoadOptions): Promise<RawDataSet> {
  switch (specification.name) {
    case 'mnist':
    case 'fashion-mnist':
      return readIdxDataSet(catalogueEntry(specification.name), options);
    case 'cifar-10':
      return readCifar10(specification, options);
    case 'tiny-imagenet':
      return readTinyImageNet(specification, options);
    case 'image-folder':
      return readImageFolder(specification, options);
    case 'npy':
      return readNpyDataSet(specification, options);
    case 'arrays':
      return readArrayFile(specification, options);
    case 'mnist-1d':
      return generateMnist1d(specification);
    case 'clusters':
      return generateClusters(specification);
  }
}

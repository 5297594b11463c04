import { readArrayFile } from './array-file.ts';
import { assembleDataSet } from './core/assemble.ts';
import { catalogueEntry, type DataSpecification } from './core/catalogue.ts';
import { readCifar10 } from './cifar10.ts';
import type { DataSet } from './core/examples.ts';
import { generateDataSet, isGenerated, type GeneratedData } from './core/generate.ts';
import { digestOf } from './digest.ts';
import { readIdxDataSet } from './idx-data-set.ts';
import { readImageFolder } from './image-folder.ts';
import { readNpyDataSet } from './npy-data-set.ts';
import type { LoadOptions } from './options.ts';
import type { RawDataSet } from './core/raw.ts';
import { readTinyImageNet } from './tiny-imagenet.ts';

/**
 * Loads or generates the data set that a specification names, with its subsets drawn and its inputs normalised. The
 * same specification and seed give the same bits. Throws `DATA_MISSING` when files are not found, `DATA_INVALID` when
 * one is damaged, and `SPECIFICATION_INVALID` when more examples are asked for than there are.
 */
export async function loadDataSet(specification: DataSpecification, options: LoadOptions): Promise<DataSet> {
  if (isGenerated(specification)) return generateDataSet(specification, options.seed, digestOf);
  return assembleDataSet(await readSource(specification, options), specification, options.seed, digestOf);
}

type StoredData = Exclude<DataSpecification, GeneratedData>;

async function readSource(specification: StoredData, options: LoadOptions): Promise<RawDataSet> {
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
  }
}

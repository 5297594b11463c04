import { suggest, ThalwegError } from '../../base/index.ts';
import type { Specification } from '../../contract/index.ts';
import { generatedSets, ownSets } from './catalogue-local.ts';
import { cifar10, fashionMnist, mnist, tinyImageNet } from './catalogue-published.ts';
import type { Normalisation } from './examples.ts';

export type DataSpecification = Specification['data'];
export type DataName = DataSpecification['name'];

/** What the bytes of a file are compared with. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'md5';
  /** Of the decompressed contents, or of the file as it is published. */
  readonly of: 'contents' | 'published';
  /** Hexadecimal. */
  readonly value: string;
}

/** One file of a data set. Where it is published as `.gz` of its name, it may also lie on disk decompressed. */
export interface DataFile {
  /** Name of the contents: without `.gz` where they are one compressed file. */
  readonly name: string;
  /** Name under which mirrors offer it. */
  readonly published: string;
  /** Other names under which people keep the same file. */
  readonly alternatives: readonly string[];
  /** Bytes of the contents. */
  readonly bytes: number;
  /** Bytes of the published file; a mirror may have compressed it differently. */
  readonly downloadBytes: number;
  readonly checksum: Checksum;
}

/** Another form in which a whole data set may lie on disk. */
export interface DataForm {
  /** Name of the folder or archive. */
  readonly name: string;
  /** What is known of an archive's bytes; null: its layout is checked. */
  readonly checksum: Checksum | null;
}

/** What is known of a data set without reading it. */
export interface CatalogueEntry {
  readonly name: DataName;
  readonly title: string;
  readonly description: string;
  /** Shape of an input; empty where the specification or the files decide. */
  readonly inputShape: readonly number[];
  /** Empty where the specification or the files decide. */
  readonly classNames: readonly string[];
  /** Examples of the whole data set; null where the user's files decide. */
  readonly examples: { readonly train: number; readonly test: number } | null;
  /** Published files, computed examples, or the user's own files: only the first can be fetched. */
  readonly origin: 'published' | 'generated' | 'own';
  readonly licence: string;
  /** Where the data come from: authors and address. */
  readonly source: string;
  /** The recorded normalisation; null where it is computed with the examples. */
  readonly normalisation: Normalisation | null;
  readonly files: readonly DataFile[];
  /** What may lie there instead of the files. */
  readonly forms: readonly DataForm[];
  /** Folders on the web that hold the files, tried in this order. */
  readonly mirrors: readonly string[];
}

const entries: Record<DataName, CatalogueEntry> = {
  mnist,
  'fashion-mnist': fashionMnist,
  'cifar-10': cifar10,
  'tiny-imagenet': tinyImageNet,
  ...generatedSets,
  ...ownSets,
};

/** Every data set Thalweg knows. */
export const dataCatalogue: readonly CatalogueEntry[] = Object.values(entries);

/** The entry of `name`. Throws `USAGE` with the nearest name when there is none. */
export function catalogueEntry(name: string): CatalogueEntry {
  const entry = dataCatalogue.find((candidate) => candidate.name === name);
  if (entry) return entry;
  const names = dataCatalogue.map((candidate) => candidate.name);
  throw new ThalwegError('USAGE', `data: no data set "${name}", ${suggest(name, names)}`);
}

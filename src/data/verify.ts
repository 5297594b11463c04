import { catalogueEntry, type CatalogueEntry, type DataForm } from './core/catalogue.ts';
import { verifyLayout } from './verify-layout.ts';
import { checkDataFile, checkDigest } from './file.ts';
import { locateAny, locateFile } from './locate.ts';

/** State of one file of a data set. */
export interface FileVerification {
  /** Name of the file, without `.gz`; or of a folder or archive that holds the whole set. */
  readonly file: string;
  readonly status: 'ok' | 'missing' | 'damaged';
  /** Where it lies; null when missing. */
  readonly path: string | null;
  /** Checksum that it should have, or what a folder should hold. */
  readonly expected: string;
  /** The checksum that it has, what a folder holds, or why neither is known; null when missing. */
  readonly got: string | null;
}

/**
 * Compares what lies of a data set below `directory` with what is recorded: every file with its checksum; a set that can
 * lie there in several forms, in each form that is there. Folders have no recorded checksum: their layout and their
 * records are checked. Sets that are not published have no files. Throws `USAGE` for an unknown name.
 */
export async function verifyDataSet(name: string, directory: string): Promise<FileVerification[]> {
  const entry = catalogueEntry(name);
  const [files, forms] = await Promise.all([
    verifyFiles(entry, directory),
    Promise.all(entry.forms.map((form) => verifyForm(entry, form, directory))),
  ]);
  const there = forms.filter((form) => form !== null);
  return there.length === 0 ? files : [...files.filter(({ status }) => status !== 'missing'), ...there];
}

function verifyFiles(entry: CatalogueEntry, directory: string): Promise<FileVerification[]> {
  return Promise.all(
    entry.files.map(async (file): Promise<FileVerification> => {
      const subject = { file: file.name, expected: file.checksum.value };
      const path = await locateFile(entry, file, [directory]);
      if (path === null) return { ...subject, status: 'missing', path, got: null };
      const { intact, got } = await checkDataFile(file, path);
      return { ...subject, status: intact ? 'ok' : 'damaged', path, got };
    }),
  );
}

async function verifyForm(
  entry: CatalogueEntry,
  { name, checksum }: DataForm,
  directory: string,
): Promise<FileVerification | null> {
  const path = await locateAny(entry.name, [name], [directory]);
  if (path === null) return null;
  const check = checksum === null ? await verifyLayout(entry.name, name, path) : await checkDigest(checksum, path);
  const expected = checksum?.value ?? 'the layout of the set';
  return { file: name, status: check.intact ? 'ok' : 'damaged', path, expected, got: check.got };
}

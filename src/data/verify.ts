import { catalogueEntry } from './catalogue.ts';
import { checkDataFile } from './file.ts';
import { locateFile } from './locate.ts';

/** State of one file of a data set. */
export interface FileVerification {
  /** Name of the file, without `.gz`. */
  readonly file: string;
  readonly status: 'ok' | 'missing' | 'damaged';
  /** Where it lies; null when missing. */
  readonly path: string | null;
  /** SHA-256 of the decompressed contents that it should have. */
  readonly expected: string;
  /** The SHA-256 that it has, or why there is none; null when missing. */
  readonly got: string | null;
}

/**
 * Compares every file of a data set below `directory` with its recorded SHA-256. A generated data set has no files.
 * Throws `USAGE` for an unknown name.
 */
export async function verifyDataSet(name: string, directory: string): Promise<FileVerification[]> {
  const entry = catalogueEntry(name);
  return Promise.all(
    entry.files.map(async (file): Promise<FileVerification> => {
      const subject = { file: file.name, expected: file.sha256 };
      const path = await locateFile(entry, file, [directory]);
      if (path === null) return { ...subject, status: 'missing', path, got: null };
      const { intact, got } = await checkDataFile(file, path);
      return { ...subject, status: intact ? 'ok' : 'damaged', path, got };
    }),
  );
}

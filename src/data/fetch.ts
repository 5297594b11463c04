import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import { catalogueEntry, type CatalogueEntry, type DataFile } from './core/catalogue.ts';
import { downloadFile } from './download.ts';
import { checkDataFile } from './file.ts';
import { candidatePaths, locateFile } from './locate.ts';

/** Options of {@link fetchDataSet}. */
export interface FetchOptions {
  /** The data folder; files go to `<directory>/<name>/`. */
  readonly directory: string;
  /** Addresses of folders that hold the files, tried in order. Default: the catalogue's. */
  readonly mirrors?: readonly string[] | undefined;
  /** A nearer place, which is tried before the mirrors and whose files are checked as theirs are. */
  readonly source?: FileSource | undefined;
  /** Called as bytes arrive: those of this file so far, resumed ones included, and all of it (null when unknown). */
  readonly onProgress?: ((fileName: string, received: number, total: number | null) => void) | undefined;
  /** Stops the download; what has arrived is kept for the next attempt. */
  readonly signal?: AbortSignal | undefined;
  /** A mirror that sends nothing for so many milliseconds is given up. Default: 30,000. */
  readonly stallTimeout?: number | undefined;
}

/** Puts a file of a data set at `target`, where nothing lies; false where it has none. */
export type FileSource = (set: string, file: DataFile, target: string) => Promise<boolean>;

/** Where a file of a data set lies after a fetch. */
export interface FetchedFile {
  readonly file: string;
  readonly path: string;
  /** False when an intact copy was there already. */
  readonly fetched: boolean;
}

/**
 * Brings every file of a data set that is missing or damaged below `directory`. A file appears only complete and with
 * its recorded checksum; an interrupted download is resumed by the next call. A generated data set and one of the user's own
 * files need none.
 *
 * Throws `USAGE` for an unknown name, `DATA_FETCH` when no mirror gives a file or it cannot be written, and
 * `INTERRUPTED` when `signal` fires.
 */
export async function fetchDataSet(name: string, options: FetchOptions): Promise<FetchedFile[]> {
  const entry = catalogueEntry(name);
  const fetched: FetchedFile[] = [];
  for (const file of entry.files) fetched.push(await fetchFile(entry, file, options));
  return fetched;
}

async function fetchFile(entry: CatalogueEntry, file: DataFile, options: FetchOptions): Promise<FetchedFile> {
  const present = await locateFile(entry, file, [options.directory]);
  if (present !== null && (await checkDataFile(file, present)).intact)
    return { file: file.name, path: present, fetched: false };
  const [target] = candidatePaths(entry, file, options.directory);
  await makeFolder(entry.name, dirname(target));
  if (options.source && (await fromSource(options.source, entry, file, target)))
    return { file: file.name, path: target, fetched: true };
  await downloadFile({
    subject: entry.name,
    file,
    target,
    mirrors: options.mirrors ?? entry.mirrors,
    onProgress: (received, total) => options.onProgress?.(file.published, received, total),
    signal: options.signal,
    stallTimeout: options.stallTimeout ?? 30_000,
  });
  return { file: file.name, path: target, fetched: true };
}

/** A file of a source that is not the recorded one is removed again: a mirror may have it. */
async function fromSource(
  source: FileSource,
  { name }: CatalogueEntry,
  file: DataFile,
  target: string,
): Promise<boolean> {
  await rm(target, { force: true });
  if (!(await source(name, file, target))) return false;
  const { intact } = await checkDataFile(file, target);
  if (!intact) await rm(target, { force: true });
  return intact;
}

async function makeFolder(subject: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new ThalwegError('DATA_FETCH', `${subject}: cannot create ${folder}: ${messageOf(error)}`, { cause: error });
  });
}

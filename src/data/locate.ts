import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import type { CatalogueEntry, DataFile } from './catalogue.ts';

/** What decides the per-user cache folder. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
}

const here = (): Surroundings => ({ environment: process.env, platform: process.platform, home: homedir() });

/**
 * Folders in which data are looked for, the first being the one that fetched files go to: `option` (the `--data` of
 * the command line) when given, else `$THALWEG_DATA` when set, else the per-user cache. An explicit choice is the only
 * place, so that a run never takes other files than the ones that were pointed to.
 */
export function dataDirectories(option?: string, surroundings: Surroundings = here()): string[] {
  const chosen = option ?? surroundings.environment['THALWEG_DATA'];
  return [resolve(chosen || join(cacheDirectory(surroundings), 'thalweg', 'data'))];
}

/** `$XDG_CACHE_HOME`, else what the platform has: `~/Library/Caches`, `%LOCALAPPDATA%` or `~/.cache`. */
function cacheDirectory({ environment, platform, home }: Surroundings): string {
  if (environment['XDG_CACHE_HOME']) return environment['XDG_CACHE_HOME'];
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  if (platform === 'win32') return environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  return join(home, '.cache');
}

/** Folders that may hold the files of a data set: `DIR/<name>` and `DIR` itself. */
const foldersOf = (entry: CatalogueEntry, directory: string): string[] => [join(directory, entry.name), directory];

/** Where a file may lie below `directory`, best first. The first is where `fetch` puts it, so a fetched file wins. */
export function candidatePaths(entry: CatalogueEntry, file: DataFile, directory: string): [string, ...string[]] {
  const names = [file.name, ...file.alternatives].flatMap((name) => [`${name}.gz`, name]);
  const paths = foldersOf(entry, directory).flatMap((folder) => names.map((name) => join(folder, name)));
  return paths as [string, ...string[]];
}

/** The first path at which `file` lies in one of `directories`, or null. */
export async function locateFile(
  entry: CatalogueEntry,
  file: DataFile,
  directories: readonly string[],
): Promise<string | null> {
  for (const path of directories.flatMap((directory) => candidatePaths(entry, file, directory))) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return path;
  }
  return null;
}

/**
 * Paths of all files of a data set, in the order of the catalogue. Throws `DATA_MISSING` with the files that are
 * missing, the folders that were searched, and the command that brings them; `option` is the `--data` it needs.
 */
export async function locateFiles(
  entry: CatalogueEntry,
  directories: readonly string[],
  option?: string,
): Promise<string[]> {
  const paths = await Promise.all(entry.files.map((file) => locateFile(entry, file, directories)));
  const missing = entry.files.filter((_, index) => paths[index] === null).map((file) => file.name);
  if (missing.length > 0) {
    const searched = directories.flatMap((directory) => foldersOf(entry, directory)).join(' and ');
    const command = `thalweg data fetch ${entry.name}${option === undefined ? '' : ` --data ${shellWord(option)}`}`;
    throw new ThalwegError(
      'DATA_MISSING',
      `${entry.name}: missing ${missing.join(', ')} (plain or .gz), looked in ${searched}; "${command}" brings them`,
    );
  }
  return paths as string[];
}

const shellWord = (text: string): string => (/^[\w./~:@%+=-]+$/.test(text) ? text : `'${text}'`);

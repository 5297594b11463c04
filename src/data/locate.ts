import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import type { CatalogueEntry, DataFile } from './core/catalogue.ts';

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
  return [resolve(chosen || join(userCacheFolder(surroundings), 'data'))];
}

/** Folder of Thalweg in the user's cache: what lies there can be made or fetched again. */
export const userCacheFolder = (surroundings: Surroundings = here()): string =>
  join(cacheDirectory(surroundings), 'thalweg');

/** `$XDG_CACHE_HOME`, else what the platform has: `~/Library/Caches`, `%LOCALAPPDATA%` or `~/.cache`. */
export function cacheDirectory({ environment, platform, home }: Surroundings): string {
  if (environment['XDG_CACHE_HOME']) return environment['XDG_CACHE_HOME'];
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  if (platform === 'win32') return environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  return join(home, '.cache');
}

/** Folders that may hold the files of a data set: `DIR/<name>` and `DIR` itself. */
export const foldersOf = (entry: { readonly name: string }, directory: string): string[] => [
  join(directory, entry.name),
  directory,
];

/** Where a file may lie below `directory`, best first. The first is where `fetch` puts it, so a fetched file wins. */
export function candidatePaths(entry: CatalogueEntry, file: DataFile, directory: string): [string, ...string[]] {
  const plain = [file.name, ...file.alternatives];
  const names = file.published === file.name ? plain : plain.flatMap((name) => [`${name}.gz`, name]);
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
    throw new ThalwegError(
      'DATA_MISSING',
      `${entry.name}: missing ${missing.join(', ')} (plain or .gz), looked in ${searched}; "${fetchCommand(entry.name, option)}" brings them`,
    );
  }
  return paths as string[];
}

/** The first of `names` that lies in a folder of the data set, in the order of the names; null when none does. */
export async function locateAny(
  name: string,
  names: readonly string[],
  directories: readonly string[],
): Promise<string | null> {
  const folders = directories.flatMap((directory) => foldersOf({ name }, directory));
  for (const path of names.flatMap((file) => folders.map((folder) => join(folder, file)))) {
    if (await exists(path)) return path;
  }
  return null;
}

/** Throws `DATA_MISSING`: `expected` is what was looked for in the folders of the data set. */
export function missingData(name: string, expected: string, directories: readonly string[], option?: string): never {
  const searched = directories.flatMap((directory) => foldersOf({ name }, directory)).join(' and ');
  const command = fetchCommand(name, option);
  throw new ThalwegError('DATA_MISSING', `${name}: missing ${expected}, looked in ${searched}; "${command}" brings it`);
}

/** The path of a user's own file or folder, absolute or below the data folder. Throws `DATA_MISSING` when it is not there. */
export async function requirePath(subject: string, path: string, directories: readonly string[]): Promise<string> {
  const target = resolve(directories[0]!, path);
  if (await exists(target)) return target;
  throw new ThalwegError('DATA_MISSING', `${subject}: expected ${path} at ${target}, got nothing there`);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const fetchCommand = (name: string, option?: string): string =>
  `thalweg data fetch ${name}${option === undefined ? '' : ` --data ${shellWord(option)}`}`;

const shellWord = (text: string): string => (/^[\w./~:@%+=-]+$/.test(text) ? text : `'${text}'`);

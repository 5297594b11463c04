import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import { dataDirectories, requirePath } from '../../data/index.ts';
import { fileDigest } from '../../store/index.ts';
import { packedName } from './network.ts';

/** Where the files of a specification are looked for. */
export interface FilePlaces {
  /** Folder of a run that has copies of its own. */
  readonly runDirectory?: string | undefined;
  /** Folder of data sets (`--data`). */
  readonly dataDirectory?: string | undefined;
}

/** A file that a specification names, found. */
export interface FoundFile {
  readonly path: string;
  readonly sha256: string;
  /** What it is called in the folder of a run. */
  readonly copyName: string;
}

/**
 * The file that a key of a specification names: the copy in the folder of the run where there is one, else the file itself. Throws
 * `DATA_MISSING`, and `DATA_INVALID` for one that is not the recorded one.
 *
 * @param key of the specification, for messages
 * @param stem name of the copy, without its ending
 */
export async function findFile(
  key: string,
  { file, sha256 }: { readonly file: string; readonly sha256?: string | undefined },
  stem: string,
  { runDirectory, dataDirectory }: FilePlaces,
): Promise<FoundFile> {
  const copyName = `${stem}${extname(file).toLowerCase()}`;
  const copy = runDirectory === undefined ? null : join(runDirectory, copyName);
  const packed = runDirectory === undefined ? null : join(runDirectory, packedName);
  if (stem === 'model' && packed !== null && sha256 !== undefined && existsSync(packed))
    return { path: packed, sha256, copyName };
  const path = copy !== null && existsSync(copy) ? copy : await requirePath(key, file, dataDirectories(dataDirectory));
  const found = await fileDigest(path);
  if (sha256 === undefined || sha256 === found) return { path, sha256: found, copyName };
  const brief = (digest: string): string => `${digest.slice(0, 12)}…`;
  throw new ThalwegError(
    'DATA_INVALID',
    `${key}: expected the file with SHA-256 ${brief(sha256)} at ${path}, got another (${brief(found)})`,
  );
}

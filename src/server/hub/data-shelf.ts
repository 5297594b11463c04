import { statSync } from 'node:fs';
import { ThalwegError } from '../../base/index.ts';
import type { HubData } from '../../contract/index.ts';
import { dataCatalogue, dataDirectories, locateFile } from '../../data/index.ts';
import { FileDigests } from '../../store/index.ts';

type DataFileEntry = HubData['files'][number];

/** Files of published data sets in the hub's data folder, by their digests. Each is read once, as long as it is the same file. */
export class DataShelf {
  readonly #directory: string;
  readonly #digests = new FileDigests();

  constructor(directory?: string) {
    this.#directory = dataDirectories(directory)[0]!;
  }

  /** What there is. */
  async list(): Promise<DataFileEntry[]> {
    return (await this.#files()).map(({ entry }) => entry);
  }

  /** A file by its digest. Throws `DATA_MISSING`. */
  async find(sha256: string): Promise<{ readonly path: string; readonly bytes: number }> {
    const found = (await this.#files()).find(({ entry }) => entry.sha256 === sha256);
    if (found) return { path: found.path, bytes: found.entry.bytes };
    throw new ThalwegError(
      'DATA_MISSING',
      `data: expected a file of the hub, got none of SHA-256 ${sha256.slice(0, 12)}…`,
    );
  }

  async #files(): Promise<{ readonly entry: DataFileEntry; readonly path: string }[]> {
    const files = [];
    for (const set of dataCatalogue) {
      for (const file of set.files) {
        const path = await locateFile(set, file, [this.#directory]);
        if (path === null) continue;
        const sha256 = await this.#digests.of(path);
        files.push({ entry: { set: set.name, file: file.name, bytes: statSync(path).size, sha256 }, path });
      }
    }
    return files;
  }
}

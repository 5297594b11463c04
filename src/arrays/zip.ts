import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

/** One file of an archive or a folder: its path inside, with `/`, and its contents. */
export interface TreeFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Files of a zip, in the order of its directory; their sizes are validated on the way. */
export async function* readZip(location: string, wanted: (path: string) => boolean): AsyncIterable<TreeFile> {
  const zip = await openPromise(location, { autoClose: false, lazyEntries: true });
  try {
    for await (const entry of zip.eachEntry()) {
      const path = entry.fileName;
      if (!path.endsWith('/') && wanted(path))
        yield { path, bytes: await buffer(await zip.openReadStreamPromise(entry)) };
    }
  } finally {
    zip.close();
  }
}

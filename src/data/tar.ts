import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { startsAsGzip } from './file.ts';
import type { TreeFile } from '../arrays/index.ts';

/** Files of a tar, plain or compressed with gzip (known by its first bytes), in the order of the archive. */
export async function* readTar(location: string, wanted: (path: string) => boolean): AsyncIterable<TreeFile> {
  const entries = extract();
  const source = createReadStream(location, { highWaterMark: 1 << 20 });
  const feeding = (await startsAsGzip(location))
    ? pipeline(source, createGunzip({ chunkSize: 1 << 18 }), entries)
    : pipeline(source, entries);
  // A failure of the source reaches the loop below through the destroyed extractor.
  feeding.catch(() => undefined);
  for await (const entry of entries) {
    const { name, type } = entry.header;
    const path = name.replace(/^\.\//, '');
    if (type === 'file' && wanted(path)) yield { path, bytes: await buffer(entry) };
    else entry.resume();
  }
  await feeding;
}

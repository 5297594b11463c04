import type { FileSource } from '../data/index.ts';
import type { HubData } from '../contract/index.ts';
import type { FileCache } from './cache.ts';
import type { HubClient } from './client.ts';
import type { AskOptions } from './transport.ts';

/**
 * Files of data sets from a hub, for `fetchDataSet`: each crosses to this machine once, however many workers and data folders
 * it has. The hub is asked what it has when the first file is missing.
 */
export function hubSource(client: HubClient, cache: FileCache, options: AskOptions = {}): FileSource {
  let known: Promise<HubData> | undefined;
  return async (set, { name }, target) => {
    known ??= client.data(options);
    const found = (await known).files.find((file) => file.set === set && file.file === name);
    if (!found) return false;
    await cache.place(found, target, (take) => client.readData(found, take, options));
    return true;
  };
}

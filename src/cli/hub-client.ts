import { join } from 'node:path';
import { userCacheFolder } from '../data/index.ts';
import { packageVersion } from '../run/index.ts';
import { FileCache, HubClient } from '../sync/index.ts';
import type { Io } from './io.ts';

/** A client of a hub, with the token of the command line or `$THALWEG_TOKEN`. Throws `USAGE` for what is no address. */
export function hubClient(address: string, { token }: { readonly token?: string }, io: Pick<Io, 'env'>): HubClient {
  const shown = token ?? io.env['THALWEG_TOKEN'];
  return new HubClient({ address, version: packageVersion(), seed: process.pid, ...(shown && { token: shown }) });
}

/** Where files of hubs are kept for the next time, in the user's cache; `bytes` at most. */
export const hubCache = (directory = join(userCacheFolder(), 'hub'), bytes = 20e9): FileCache =>
  new FileCache(directory, bytes);

import { ThalwegError } from '../../../src/base/index.ts';
import type { DigestOf } from '../../../src/data/core/index.ts';

/** SHA-256 of pieces one after the other, in hexadecimal, by the browser. Throws `USAGE` where it digests nothing. */
export async function digestBytes(pieces: readonly ArrayBufferView<ArrayBuffer>[]): Promise<string> {
  if (!isSecureContext)
    throw new ThalwegError(
      'USAGE',
      'page: expected an address of https or of this machine, got another, where nothing can be digested',
    );
  const digest = await crypto.subtle.digest('SHA-256', await new Blob([...pieces]).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The digest of examples. */
export const digestOf: DigestOf = (sets) => digestBytes(sets.flatMap(({ inputs, labels }) => [inputs, labels]));

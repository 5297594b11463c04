import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Sha256 } from '../../../src/store/core/index.ts';

/** SHA-256 without waiting, as a checkpoint is written: a browser's own digest can only be waited for. */
export const sha256: Sha256 = (pieces) => {
  const digest = hash.create();
  for (const piece of pieces) digest.update(piece);
  return bytesToHex(digest.digest());
};

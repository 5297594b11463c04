import { existsSync } from 'node:fs';
import { hostTensor, ThalwegError, toFloat64, type HostTensor } from '../../base/index.ts';
import type { LossMap } from '../../landscape/index.ts';
import { readCheckpoint, writeSafetensors } from '../../store/index.ts';

/** Everything that decides the numbers of a map, by name. */
export type Identity = Readonly<Record<string, string>>;

/** The first thing in which `other` is not what decides the numbers; null where it has all of it. */
export function differenceOf(
  identity: Identity,
  other: Identity,
): { readonly name: string; readonly expected: string; readonly got: string } | null {
  const found = Object.entries(identity).find(([name, value]) => other[name] !== value);
  return found ? { name: found[0], expected: found[1], got: other[found[0]] ?? 'none' } : null;
}

/** Milliseconds between two writes: what a killed process loses at most. */
const interval = 1000;

/** Metadata beside the identity. */
const termsKey = 'terms';
const completedKey = 'completed points';

/**
 * Keeps a map on disk while it grows, as safetensors: weights, losses and accuracies in float64, what they are of in the
 * metadata. The clock decides how often it is written, no number in it.
 */
export class Journal {
  readonly #path: string | null;
  readonly #identity: Identity;
  /** The map to go on with. */
  readonly kept: LossMap | undefined;
  #written = performance.now();

  /**
   * Throws `USAGE` for a file of another identity, with the first name where they differ; `CHECKPOINT_INVALID` for one that is
   * damaged.
   *
   * @param path null: nothing is kept
   */
  constructor(path: string | null, identity: Identity) {
    this.#path = path;
    this.#identity = identity;
    this.kept = path !== null && existsSync(path) ? readMap(path, identity) : undefined;
  }

  /** Whether what is computed outlives the process. */
  get keeps(): boolean {
    return this.#path !== null;
  }

  /** Writes the map where some time has passed since the last time, or `now`. Throws `STORE_FAILED`. */
  record(map: LossMap, now: boolean): void {
    if (this.#path === null || (!now && performance.now() - this.#written < interval)) return;
    const { terms, weights, completed, loss, accuracy } = map;
    const vector = (data: Float64Array<ArrayBuffer>): HostTensor => hostTensor('float64', [data.length], data);
    writeSafetensors(this.#path, {
      tensors: { weights: vector(weights), loss: vector(loss), accuracy: vector(accuracy) },
      metadata: { ...this.#identity, [termsKey]: String(terms), [completedKey]: String(completed) },
    });
    this.#written = performance.now();
  }
}

function readMap(path: string, identity: Identity): LossMap {
  const { tensors, metadata } = readCheckpoint(path);
  const odd = differenceOf(identity, metadata);
  if (odd)
    throw new ThalwegError(
      'USAGE',
      `${path}: expected unfinished work with ${odd.name} ${odd.expected}, got ${odd.got}; give the options that it was begun with, or delete the file`,
    );
  const column = (name: string): Float64Array<ArrayBuffer> => {
    const tensor = tensors[name];
    if (tensor) return Float64Array.from(toFloat64(tensor));
    throw new ThalwegError('CHECKPOINT_INVALID', `${path}: expected tensor "${name}", got none; delete the file`);
  };
  return {
    terms: Number(metadata[termsKey]),
    first: 0,
    completed: Number(metadata[completedKey]),
    weights: column('weights'),
    loss: column('loss'),
    accuracy: column('accuracy'),
  };
}

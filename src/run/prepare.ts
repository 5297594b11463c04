import type { Specification } from '../contract/index.ts';
import { loadDataSet } from '../data/index.ts';
import { createOrtBackend } from '../runtime/node/index.ts';
import { assembleRun, type Prepared } from './assemble.ts';
import type { MemoryLimit } from './memory.ts';
import { loadModel, type FilePlaces } from './model/index.ts';

/** Decoded images between two notes. */
const noteEvery = 10_000;

/** Where the files of a run are. */
export interface PreparePlaces extends FilePlaces {
  /** Device instead of the specification's (a resumed run keeps the one that `auto` stood for). */
  readonly device?: Specification['device'] | undefined;
  /** Threads instead of the specification's (a resumed run keeps its own). */
  readonly threads?: number | 'auto' | undefined;
  /** What measuring shall stay within; default: chunks are as large as is fast. */
  readonly memory?: MemoryLimit | undefined;
}

/**
 * Loads the data, builds the model, opens the device. Everything that a specification can have wrong shows here, before a
 * run has a folder.
 *
 * @param onNote called with what takes long before training begins: images that are decoded for the first time
 */
export function prepare(
  asked: Specification,
  { device = asked.device, threads = asked.threads, memory, ...places }: PreparePlaces,
  onNote?: (message: string) => void,
): Promise<Prepared> {
  const { seed } = asked;
  const { dataDirectory } = places;
  const onDecoding = (name: string, images: number): void => {
    if (images % noteEvery === 0) onNote?.(`${name}: decoded ${images} images, once for all runs`);
  };
  const options = { seed, onDecoding, onNote, ...(dataDirectory ? { dataDirectory } : {}) };
  return assembleRun(asked, {
    async load() {
      const data = await loadDataSet(asked.data, options);
      const { notes, ...network } = await loadModel(asked, data, places);
      for (const note of notes) onNote?.(note);
      return { data, ...network };
    },
    openBackend: () => createOrtBackend({ device, threads, onChoice: onNote }),
    memory,
  });
}

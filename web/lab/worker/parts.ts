import { ThalwegError } from '../../../src/base/index.ts';
import type { Specification } from '../../../src/contract/index.ts';
import { generateDataSet, isGenerated, type DataSet, type DigestOf } from '../../../src/data/core/index.ts';
import { modelFor } from '../../../src/nn/index.ts';
import type { RunParts } from '../../../src/run/core/index.ts';
import { createWebBackend, webThreads, type OnLoad } from '../../../src/runtime/web/index.ts';
import type { LabDevice } from '../src/lib/messages.ts';

/** Parameters from which threads are worth their price: with fewer, a step on two threads took five times as long as on one. */
const manyParameters = 100_000;

/** Where a run of this page is trained, and where its files are. */
export interface PartPlaces {
  readonly device: LabDevice;
  /** Folder of the runtime's files. */
  readonly base: URL;
  readonly onLoad: OnLoad;
}

/** What a run of this page is put together from. Throws `USAGE` for what lies in files. */
export function loadParts(specification: Specification, { device, base, onLoad }: PartPlaces): RunParts {
  let threads = 1;
  return {
    async load() {
      const { model } = specification;
      const data = loadData(specification);
      if (model.name === 'onnx') throw inFiles('model', model.file);
      if (specification.initial) throw inFiles('initial.weights', specification.initial.weights);
      const network = modelFor(model, data.inputShape, data.classes);
      if (network.size >= manyParameters) threads = webThreads();
      return { data, model: network, specification, assets: [] };
    },
    openBackend: () => createWebBackend({ device, base, threads, onLoad }),
  };
}

/** The set that was asked for last: walks one after another mostly share theirs. */
let kept: { readonly key: string; readonly data: DataSet } | undefined;

function loadData({ data, seed }: Specification): DataSet {
  if (!isGenerated(data)) throw inFiles('data', data.name);
  const key = JSON.stringify([data, seed]);
  if (kept?.key !== key) kept = { key, data: generateDataSet(data, seed, digestOf) };
  return kept.data;
}

const digestOf: DigestOf = async (sets) => {
  if (!isSecureContext)
    throw new ThalwegError(
      'USAGE',
      'page: expected an address of https or of this machine, got another, where nothing can be digested',
    );
  const bytes = await new Blob(sets.flatMap(({ inputs, labels }) => [inputs, labels])).arrayBuffer();
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
};

const inFiles = (key: string, got: string): ThalwegError =>
  new ThalwegError('USAGE', `${key}: expected what needs no file in a page, got "${got}"`);

import { ThalwegError } from '../../../src/base/index.ts';
import type { Specification } from '../../../src/contract/index.ts';
import { assembleDataSet, generateDataSet, isGenerated, type DataSet } from '../../../src/data/core/index.ts';
import { decodeModel } from '../../../src/graph/index.ts';
import { modelFor, type Model } from '../../../src/nn/index.ts';
import { onnxNetwork, packedName, type RunParts } from '../../../src/run/core/index.ts';
import { createWebBackend, webThreads, type OnLoad } from '../../../src/runtime/web/index.ts';
import type { Asset } from '../../../src/store/core/index.ts';
import type { LabDevice } from '../src/lib/messages.ts';
import { digestBytes, digestOf } from './digest.ts';
import { readMnist, readNetwork } from './shelf-files.ts';

/** Parameters from which threads are worth their price: with fewer, a step on two threads took five times as long as on one. */
const manyParameters = 100_000;

/** The name of a run's copy of its network. */
const copyName = 'model.onnx';

/** Where a run of this page is trained, and where its files are. */
export interface PartPlaces {
  readonly device: LabDevice;
  /** Folder of the runtime's files. */
  readonly base: URL;
  readonly onLoad: OnLoad;
  /** A file that the run has a copy of; null: it has none. Default: it has none at all. */
  readonly copy?: (name: string) => Uint8Array<ArrayBuffer> | null;
}

/** What a run of this page is put together from. Throws `USAGE` for what lies in files that a page does not take. */
export function loadParts(specification: Specification, places: PartPlaces): RunParts {
  const { device, base, onLoad } = places;
  let threads = 1;
  return {
    async load() {
      if (specification.initial) throw inFiles('initial.weights', specification.initial.weights);
      const data = await loadData(specification);
      const network = await loadNetwork(specification, data, places);
      if (network.model.size >= manyParameters) threads = webThreads();
      return { data, ...network };
    },
    openBackend: () => createWebBackend({ device, base, threads, onLoad }),
  };
}

interface Network {
  readonly model: Model;
  /** With the digest of its file. */
  readonly specification: Specification;
  readonly assets: readonly Asset[];
}

async function loadNetwork(
  specification: Specification,
  data: DataSet,
  { copy = () => null }: PartPlaces,
): Promise<Network> {
  const { model } = specification;
  if (model.name !== 'onnx')
    return { model: modelFor(model, data.inputShape, data.classes), specification, assets: [] };
  const packed = copy(packedName);
  const bytes = packed ?? copy(copyName) ?? (await readNetwork(model.file));
  if (bytes === null)
    throw new ThalwegError(
      'DATA_MISSING',
      `model ${model.file}: expected a network of that name, dropped on this page`,
    );
  const sha256 = packed ? model.sha256 : await digestBytes([bytes]);
  if (model.sha256 !== undefined && sha256 !== model.sha256)
    throw new ThalwegError(
      'DATA_INVALID',
      `model ${model.file}: expected the file that the run began with, got another`,
    );
  return {
    model: onnxNetwork(model, decodeModel(bytes), data),
    specification: { ...specification, model: { ...model, sha256 } },
    assets: [{ name: packed ? packedName : copyName, content: bytes }],
  };
}

/** The set that was asked for last: walks one after another mostly share theirs. */
let kept: { readonly key: string; readonly data: DataSet } | undefined;

async function loadData({ data, seed }: Specification): Promise<DataSet> {
  const key = JSON.stringify([data, seed]);
  if (kept?.key === key) return kept.data;
  const loaded = isGenerated(data) ? generateDataSet(data, seed, digestOf) : await storedData(data, seed);
  kept = { key, data: loaded };
  return loaded;
}

async function storedData(data: Specification['data'], seed: number): Promise<DataSet> {
  if (data.name !== 'mnist') throw inFiles('data', data.name);
  return assembleDataSet(await readMnist(), data, seed, digestOf);
}

const inFiles = (key: string, got: string): ThalwegError =>
  new ThalwegError('USAGE', `${key}: expected what a page can have, got "${got}"`);

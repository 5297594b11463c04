import { basename } from 'node:path';
import { readArrays } from '../../arrays/index.ts';
import type { Specification } from '../../contract/index.ts';
import { encodeModel } from '../../graph/index.ts';
import { modelFor, startingAt, type Model } from '../../nn/index.ts';
import { readOnnx } from '../../onnx/node/index.ts';
import type { Asset } from '../../store/index.ts';
import { findFile, type FilePlaces, type FoundFile } from './files.ts';
import { onnxNetwork, packedName, type ModelExamples } from './network.ts';
import { matchWeights, notesOf, requireMatch } from './weights.ts';

/** The network of a specification. */
export interface LoadedModel {
  /** Its initial parameters are those of the specification's files, where there are any. */
  readonly model: Model;
  /** The specification with the digests of those files. */
  readonly specification: Specification;
  /** The files, which a run keeps copies of. */
  readonly assets: readonly Asset[];
  /** What there is to say of them. */
  readonly notes: readonly string[];
}

/**
 * The network that a specification names, from the zoo or a file, with initial weights of a file where it names one. Throws
 * `DATA_MISSING`, `DATA_INVALID` for another file than the recorded one, `GRAPH_SHAPE` and `ONNX_*` for a network that does not suit
 * the examples, `WEIGHTS_INVALID` for weights that do not suit the network.
 */
export async function loadModel(
  specification: Specification,
  examples: ModelExamples,
  places: FilePlaces,
): Promise<LoadedModel> {
  const network = await loadNetwork(specification, examples, places);
  const { initial } = network.specification;
  if (initial === undefined) return network;
  const { weights: file, sha256, partial } = initial;
  const found = await findFile('initial.weights', { file, sha256 }, 'initial', places);
  const subject = `weights ${file}`;
  const { values, report } = matchWeights(network.model, await readArrays('weights', found.path), subject);
  requireMatch(report, network.model.name, subject, partial);
  return {
    model: startingAt(network.model, values),
    specification: { ...network.specification, initial: { ...initial, sha256: found.sha256 } },
    assets: [...network.assets, assetOf(found)],
    notes: [...network.notes, ...notesOf(report, subject)],
  };
}

const assetOf = ({ path, copyName }: FoundFile): Asset => ({ name: copyName, path });

async function loadNetwork(
  specification: Specification,
  examples: ModelExamples,
  places: FilePlaces,
): Promise<LoadedModel> {
  const { model } = specification;
  const { inputShape, classes } = examples;
  if (model.name !== 'onnx')
    return { model: modelFor(model, inputShape, classes), specification, assets: [], notes: [] };
  const found = await findFile('model.file', model, 'model', places);
  const beside = new Set<string>();
  const file = readOnnx(found.path, (location) => beside.add(location));
  return {
    model: onnxNetwork(model, file, examples),
    specification: { ...specification, model: { ...model, sha256: found.sha256 } },
    assets: [
      beside.size === 0 && basename(found.path) !== packedName
        ? assetOf(found)
        : { name: packedName, content: encodeModel(file) },
    ],
    notes: [],
  };
}

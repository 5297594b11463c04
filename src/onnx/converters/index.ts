import { suggest } from '../../base/index.ts';
import type { OnnxModel, OnnxNode } from '../../graph/index.ts';
import type { Converter, ConverterTable } from '../call.ts';
import { invalid, plain, quote, titleOf, unsupported } from '../problem.ts';
import { activationConverters } from './activation.ts';
import { attentionConverters } from './attention.ts';
import { elementwiseConverters } from './elementwise.ts';
import { indexedConverters } from './indexed.ts';
import { linearConverters } from './linear.ts';
import { lossConverters } from './loss.ts';
import { movementConverters } from './movement.ts';
import { normaliseConverters } from './normalise.ts';
import { poolConverters } from './pool.ts';
import { reduceConverters } from './reduce.ts';
import { resizeConverters } from './resize.ts';
import { shapeConverters } from './shape.ts';

/** The newest version of `ai.onnx` whose operators were compared with the converters. */
export const newestOpset = 28;

/** Converters of `ai.onnx` by what they do. */
export const converterFamilies = {
  'element by element': elementwiseConverters,
  activations: activationConverters,
  'linear layers': linearConverters,
  attention: attentionConverters,
  pools: poolConverters,
  'images of another size': resizeConverters,
  normalisations: normaliseConverters,
  'reductions and softmax': reduceConverters,
  'movement of elements': movementConverters,
  'chosen elements': indexedConverters,
  'constants and shapes': shapeConverters,
  losses: lossConverters,
} as const satisfies Record<string, ConverterTable>;

/** Converters of `ai.onnx`. */
export const converters: ConverterTable = Object.assign({}, ...Object.values(converterFamilies)) as ConverterTable;

/** Version of the operator set that a node belongs to. Throws `ONNX_INVALID` where the file names none. */
export function opsetOf({ opset, domains }: OnnxModel, node: OnnxNode): number {
  if (node.domain === '') return opset;
  if (Object.hasOwn(domains, node.domain)) return domains[node.domain]!;
  throw invalid(titleOf(node), `an operator set that the file imports, got domain ${quote(node.domain)}`);
}

/** Why a node cannot be converted, and what to do; undefined where it can. */
export function obstacleOf(
  file: OnnxModel,
  node: OnnxNode,
): { readonly expected: string; readonly remedy: string } | undefined {
  const opset = opsetOf(file, node);
  if (node.domain !== '')
    return {
      expected: `operators of ai.onnx, got ${plain(node.domain)} version ${opset}`,
      remedy:
        'export without operators of other domains (for PyTorch: without custom operators), or cut the network in front of it',
    };
  const versions = Object.hasOwn(converters, node.operator) ? converters[node.operator]! : undefined;
  if (versions === undefined)
    return {
      expected: `an operator of docs/onnx.md, got one of opset ${opset} that is not there${similar(node.operator)}`,
      remedy: 'write the layer with operators of docs/onnx.md and export again, or cut the network in front of it',
    };
  if (opset > newestOpset)
    return {
      expected: `opset up to ${newestOpset}, got ${opset}`,
      remedy: `export with opset ${newestOpset} or older`,
    };
  if (opset < versions[0]!.since)
    return {
      expected: `opset ${versions[0]!.since} or newer for ${node.operator}, got ${opset}`,
      remedy: `export with opset ${versions[0]!.since} or newer`,
    };
  return undefined;
}

/** A name that was perhaps meant. */
function similar(operator: string): string {
  const text = suggest(operator, Object.keys(converters));
  return text.startsWith('did') ? `; ${text}` : '';
}

/** The converter for a node: the newest whose version is not above the file's. Throws `ONNX_UNSUPPORTED`. */
export function findConverter(file: OnnxModel, node: OnnxNode): Converter {
  const obstacle = obstacleOf(file, node);
  if (obstacle) throw unsupported(titleOf(node), obstacle.expected);
  const opset = opsetOf(file, node);
  return converters[node.operator]!.findLast(({ since }) => since <= opset)!.convert;
}

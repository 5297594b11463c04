import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { suggest, ThalwegError } from '../base/index.ts';
import type { Specification } from '../contract/index.ts';
import { dataCatalogue } from '../data/index.ts';
import { applyAssignments, parseAssignment, parseSpecification, type Assignment } from '../studies/index.ts';
import { given } from './options.ts';

/** What a user says of a network from elsewhere. */
export interface OwnOptions {
  readonly model?: string;
  readonly weights?: string;
  readonly weightsPartial?: boolean;
  readonly data?: string;
  readonly loss?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly threads?: number | 'auto';
  readonly name?: string;
}

/** Keys of a specification that may stand first in `--set` beside those of quantities. */
const specificationKeys = ['model', 'data', 'loss', 'optimizer', 'evaluate', 'probes', 'seed', 'device', 'initial'];

/** Assignments to the specification, and texts that belong to quantities. */
export function splitSets(sets: readonly string[]): { own: Assignment[]; others: string[] } {
  const isOwn = (text: string): boolean => specificationKeys.includes(text.split(/[.=]/, 1)[0]!);
  return { own: sets.filter(isOwn).map(parseAssignment), others: sets.filter((text) => !isOwn(text)) };
}

/**
 * The specification that a network from elsewhere is measured by: its model and data, the whole data set as training set, and a
 * training that nothing makes. Throws `USAGE` and `SPECIFICATION_INVALID`.
 */
export async function ownSpecification(
  command: string,
  options: OwnOptions,
  assignments: readonly Assignment[],
  optimizer: object,
): Promise<Specification> {
  const { model, data, weights, weightsPartial, loss, threads, name } = options;
  if (model === undefined) throw missing(command, '--model <file or name>');
  if (data === undefined) throw missing(command, '--data <set>');
  const input = {
    model: modelOf(model, options),
    data: await dataFor(model, data),
    optimizer,
    duration: '1 iterations',
    ...(loss !== undefined && { loss: { name: loss } }),
    ...(weights !== undefined && { initial: { weights: resolve(weights), partial: weightsPartial === true } }),
    ...given({ threads, name }),
  };
  return parseSpecification(applyAssignments(input, assignments), command, assignments);
}

function modelOf(model: string, { include, exclude }: OwnOptions): object {
  if (isOnnx(model)) return { name: 'onnx', file: resolve(model), ...given({ include, exclude }) };
  const odd = include ?? exclude;
  if (odd !== undefined) throw new ThalwegError('USAGE', '--include, --exclude: expected a .onnx file as --model');
  return { name: model };
}

const isOnnx = (path: string): boolean => extname(path).toLowerCase() === '.onnx';

/** The data set of `--data`; images as large as the network's file takes them, where it says so. */
async function dataFor(model: string, text: string): Promise<object> {
  const data = dataOf(text);
  if (data.name !== 'image-folder' || !isOnnx(model) || !existsSync(model)) return data;
  const { readOnnx } = await import('../onnx/node/index.ts');
  const [, channels, height, width] = readOnnx(model).inputs[0]?.shape ?? [];
  if (height !== width || typeof height !== 'number' || (channels !== 1 && channels !== 3)) return data;
  return { ...data, size: height, colour: channels === 3 };
}

/** The data set of a path, or of a name of the catalogue. All examples of a user's own are for training. */
function dataOf(text: string): { readonly name: string } {
  const path = resolve(text);
  const ending = extname(text).toLowerCase();
  if (existsSync(path)) {
    const own = { path, testShare: 0 };
    if (['.npz', '.safetensors'].includes(ending)) return { name: 'arrays', ...own };
    if (statSync(path).isDirectory() || ['.zip', '.tar', '.gz', '.tgz'].includes(ending))
      return { name: 'image-folder', ...own };
    throw new ThalwegError(
      'USAGE',
      `--data: expected a folder or archive of images, or a .npz or .safetensors file, got ${text}`,
    );
  }
  const names = dataCatalogue.filter(({ origin }) => origin !== 'own').map((entry) => entry.name as string);
  if (names.includes(text)) return { name: text };
  throw new ThalwegError('USAGE', `--data: no file or data set ${JSON.stringify(text)}, ${suggest(text, names)}`);
}

const missing = (command: string, option: string): ThalwegError =>
  new ThalwegError('USAGE', `${command}: required option "${option}" not specified`);

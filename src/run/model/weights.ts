import { formatArray, type FileArray } from '../../arrays/index.ts';
import { hostTensor, sameShape, ThalwegError, type HostTensor } from '../../base/index.ts';
import type { Model } from '../../nn/index.ts';

/** How the tensors of a file and those of a model agree. */
export interface WeightsReport {
  /** Names of both. */
  readonly matched: readonly string[];
  /** Of the model only. */
  readonly missing: readonly string[];
  /** Of the file only. */
  readonly unexpected: readonly string[];
  /** Of both, with another shape or another kind of elements: `fc.weight (float32[10,84] in the file, float32[5,84] in the model)`. */
  readonly mismatched: readonly string[];
  /** Matched ones that were converted to float32, with the type they had: `fc.weight (float16)`. */
  readonly converted: readonly string[];
  /** What stood in front of every name of the file and was left out; empty for nothing. */
  readonly prefix: string;
}

export interface Weights {
  /** Values of the parameters and buffers that matched, float32. */
  readonly values: Readonly<Record<string, HostTensor<'float32'>>>;
  readonly report: WeightsReport;
}

/** What wrappers of PyTorch put in front of every name: DataParallel, torch.compile, Lightning. */
const prefixes = ['module.', '_orig_mod.', 'model.'] as const;

/** Counters of batch normalisation, and what a checkpoint of Thalweg has beside the network. */
const isIgnored = (name: string): boolean =>
  name.endsWith('num_batches_tracked') || /^(gradient|slot|probe|batch):/.test(name);

const floats = new Set(['float16', 'bfloat16', 'float32', 'float64']);

/**
 * The parameters and buffers of a model among the arrays of a file, by name: those of PyTorch's `state_dict`. Floating-point
 * numbers of other widths become float32. Throws `WEIGHTS_INVALID` for numbers that are not finite.
 *
 * @param subject the file, for messages
 */
export function matchWeights(model: Model, arrays: Readonly<Record<string, FileArray>>, subject: string): Weights {
  const names = Object.keys(arrays).filter((name) => !isIgnored(name));
  const prefix = commonPrefix(model, names);
  const own = new Map(names.map((name) => [name.slice(prefix.length), arrays[name]!]));
  const declared = [...model.parameters, ...model.buffers];
  const values: Record<string, HostTensor<'float32'>> = {};
  const [missing, mismatched, converted]: [string[], string[], string[]] = [[], [], []];
  for (const { name, shape } of declared) {
    const array = own.get(name);
    if (array === undefined) missing.push(name);
    else if (!floats.has(array.type) || !sameShape(array.shape, shape))
      mismatched.push(`${name} (${formatArray(array)} in the file, float32[${shape.join(',')}] in the model)`);
    else {
      values[name] = finiteTensor(array, name, subject);
      if (array.type !== 'float32') converted.push(`${name} (${array.type})`);
    }
  }
  const known = new Set(declared.map(({ name }) => name));
  const unexpected = [...own.keys()].filter((name) => !known.has(name));
  return { values, report: { matched: Object.keys(values), missing, unexpected, mismatched, converted, prefix } };
}

/** A prefix that all names have and none of the model's; empty: there is none. */
function commonPrefix(model: Model, names: readonly string[]): string {
  const known = [...model.parameters, ...model.buffers].map(({ name }) => name);
  const has = (prefix: string) => (name: string) => name.startsWith(prefix);
  return prefixes.find((prefix) => names.length > 0 && names.every(has(prefix)) && !known.some(has(prefix))) ?? '';
}

function finiteTensor({ data, shape }: FileArray, name: string, subject: string): HostTensor<'float32'> {
  const values = Float32Array.from(data as Float32Array);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return hostTensor('float32', shape, values);
  const got = `${data[wrong]} at element ${wrong}`;
  throw new ThalwegError('WEIGHTS_INVALID', `${subject}: expected finite numbers in ${name}, got ${got}`);
}

/**
 * Throws `WEIGHTS_INVALID` unless every tensor has its counterpart, with what has none; with `partial` unless any has.
 */
export function requireMatch(report: WeightsReport, model: string, subject: string, partial: boolean): void {
  const { matched, missing, unexpected, mismatched } = report;
  if (partial ? matched.length > 0 : missing.length + unexpected.length + mismatched.length === 0) return;
  const expected = partial ? `any tensor of model ${model}` : `the tensors of model ${model}`;
  throw new ThalwegError('WEIGHTS_INVALID', `${subject}: expected ${expected}, got ${differences(report)}`);
}

/** What did not match, in words; empty where everything did. */
export function differences({ missing, unexpected, mismatched }: WeightsReport): string {
  const parts = [
    ['missing', missing],
    ['unexpected', unexpected],
    ['of another shape or type', mismatched],
  ] as const;
  return parts.flatMap(([what, names]) => (names.length === 0 ? [] : [`${what}: ${some(names)}`])).join('; ');
}

/** What is said of weights that were taken, one sentence each. */
export function notesOf(report: WeightsReport, subject: string): string[] {
  const { matched, converted, prefix } = report;
  const rest = differences(report);
  return [
    `${subject}: ${matched.length} tensors${prefix === '' ? '' : `, named without "${prefix}"`}`,
    ...(converted.length === 0 ? [] : [`${subject}: converted to float32: ${some(converted)}`]),
    ...(rest === '' ? [] : [`${subject}: ${rest}`]),
  ];
}

const shown = 5;
const some = (names: readonly string[]): string =>
  names.length <= shown ? names.join(', ') : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;

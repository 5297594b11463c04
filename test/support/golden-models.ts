import { readdirSync, readFileSync } from 'node:fs';
import { valueAndGrad } from '../../src/autodiff/index.ts';
import { hostTensor, sizeOf, type HostTensor, type Shape, type TensorType } from '../../src/base/index.ts';
import { zooModelSchema } from '../../src/contract/index.ts';
import { crossEntropy, modelFor, type Mode, type Model, type ParameterTensors } from '../../src/nn/index.ts';
import { mean } from '../../src/ops/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import { expectClose, norm as euclidean } from './close.ts';

/** What PyTorch says of one tensor: `tools/goldens/README.md` describes the files. */
export interface Summary {
  readonly norm: number;
  readonly projection: number;
  readonly samples: readonly number[];
}

interface Measured {
  readonly loss: number;
  readonly scores: readonly number[];
  readonly gradient: Readonly<Record<string, Summary>>;
  readonly buffers?: Readonly<Record<string, Summary>>;
}

/** Which network a golden is of, and at which point. */
export interface GoldenNetwork {
  readonly name: string;
  readonly model: { readonly name: string };
  readonly inputShape: Shape;
  readonly batch: number;
  /** Name of the input, for the formula. */
  readonly input: string;
  readonly classes: number;
  readonly labels: readonly number[];
  readonly parameters: Readonly<Record<string, Shape>>;
}

export type GoldenModel = GoldenNetwork & Readonly<Record<Mode, Measured>>;

const folder = new URL('../goldens/models/', import.meta.url);

/** Names of all goldens of models. */
export const goldenModelNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace('.json', ''));

export const readGoldenModel = (name: string): GoldenModel =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as GoldenModel;

/** The network of a golden, as a specification builds it. */
export const modelOf = ({
  model,
  inputShape,
  classes,
}: Pick<GoldenNetwork, 'model' | 'inputShape' | 'classes'>): Model =>
  modelFor(zooModelSchema.parse(model), inputShape, classes);

/** Numbers in [−1, 1) by name and index: the formula of `tools/goldens/models.py`. */
export function numbersOf(name: string, count: number): Float64Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return Float64Array.from({ length: count }, (_, index) => {
    let state = (seed + Math.imul(index, 0x9e3779b9)) | 0;
    state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    return ((state ^ (state >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

/** The tensor of a name. */
export function valueOf(name: string, shape: Shape): HostTensor<'float32'> {
  const scale = Math.sqrt(6 / sizeOf(shape.slice(1)));
  const place = (value: number): number => {
    if (name.startsWith('x/')) return value;
    if (shape.length > 1) return value * scale;
    if (name.endsWith('running_var')) return 4 + value;
    return name.endsWith('weight') ? 1 + 0.2 * value : 0.1 * value;
  };
  return hostTensor('float32', shape, numbersOf(name, sizeOf(shape)).map(place));
}

/** Inputs of {@link passOf}. */
export type PassInputs<T> = {
  readonly parameters: Readonly<Record<string, T>>;
  readonly buffers: Readonly<Record<string, T>>;
  readonly x: T;
  readonly labels: T;
};

/** The values that PyTorch was given. */
export function inputsOf(golden: GoldenNetwork, model: Model): PassInputs<HostTensor> {
  const values = (tensors: readonly { readonly name: string; readonly shape: Shape }[]) =>
    Object.fromEntries(tensors.map(({ name, shape }) => [name, valueOf(name, shape)]));
  return {
    parameters: values(model.parameters),
    buffers: values(model.buffers),
    x: valueOf(golden.input, [golden.batch, ...golden.inputShape]),
    labels: hostTensor('int64', [golden.batch], golden.labels),
  };
}

/** Types of {@link inputsOf}, for a program. */
export const typesOf = ({ parameters, buffers, x, labels }: PassInputs<HostTensor>): PassInputs<TensorType> => ({
  parameters: onlyTypes(parameters),
  buffers: onlyTypes(buffers),
  x: { dtype: x.dtype, shape: x.shape },
  labels: { dtype: labels.dtype, shape: labels.shape },
});

const onlyTypes = (tensors: Readonly<Record<string, HostTensor>>): Record<string, TensorType> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { dtype, shape }]) => [name, { dtype, shape }]));

/** Scores, mean cross-entropy, its gradient, and in train mode the buffers after the pass. */
export function passOf(model: Model, { parameters, buffers, x, labels }: PassInputs<Tensor>, mode: Mode) {
  let forward: ReturnType<Model['forward']> | undefined;
  const { value, gradient } = valueAndGrad((theta: ParameterTensors) => {
    forward = model.forward(theta, buffers, x, mode);
    return mean(crossEntropy(forward.scores, labels));
  })(parameters);
  return { loss: value, scores: forward!.scores, gradient, buffers: mode === 'train' ? forward!.buffers : {} };
}

type Values = Readonly<Record<string, ArrayLike<number>>>;

export interface PassValues {
  readonly loss: number;
  readonly scores: ArrayLike<number>;
  readonly gradient: Values;
  readonly buffers: Values;
}

/** Compares with a golden: each tensor to `relative` of its norm, by its norm, some elements and a projection. */
export function expectPass({ name, ...golden }: GoldenModel, mode: Mode, actual: PassValues, relative: number): void {
  const expected = golden[mode];
  expectClose([actual.loss], [expected.loss], { relative }, `${name}: loss`);
  expectClose(actual.scores, expected.scores, { relative }, `${name}: scores`);
  expectSummaries(`${name}: gradient`, actual.gradient, expected.gradient, relative);
  expectSummaries(`${name}: buffer`, actual.buffers, expected.buffers ?? {}, relative);
}

/** Compares named tensors with what PyTorch says of them, each to `relative` of its norm. */
export function expectSummaries(
  what: string,
  actual: Values,
  expected: Readonly<Record<string, Summary>>,
  relative: number,
): void {
  expectClose([Object.keys(actual).length], [Object.keys(expected).length], {}, `${what}: number of tensors`);
  for (const [name, { norm, projection, samples }] of Object.entries(expected)) {
    const values = Float64Array.from(actual[name]!);
    const tolerance = { absolute: relative * norm };
    const direction = numbersOf(`${name}/direction`, values.length);
    const places = samples.map((_, index) => Math.floor((values.length * index) / samples.length));
    const inner = values.reduce((sum, value, index) => sum + value * direction[index]!, 0);
    expectClose([euclidean(values)], [norm], tolerance, `${what} ${name}: norm`);
    expectClose([inner], [projection], tolerance, `${what} ${name}: projection`);
    expectClose(
      places.map((place) => values[place]!),
      samples,
      tolerance,
      `${what} ${name}: elements`,
    );
  }
}

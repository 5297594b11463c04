import { readdirSync, readFileSync } from 'node:fs';
import { hostTensor, type DType, type HostTensor } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';

/** Golden values of PyTorch; `tools/goldens/README.md` describes the files. */

export type Tensors = Readonly<Record<string, Tensor>>;
export type HostTensors = Readonly<Record<string, HostTensor>>;

export interface Golden {
  readonly name: string;
  readonly operator?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly convention?: string;
  readonly inputs: HostTensors;
  readonly parameters: HostTensors;
  readonly vector: HostTensors;
  readonly loss: number;
  readonly output?: HostTensor;
  readonly gradient: HostTensors;
  readonly hessianVectorProduct: HostTensors;
  readonly parameterHessianVectorProduct?: HostTensors;
}

const goldensFolder = new URL('../goldens/', import.meta.url);

interface Encoded {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const isEncoded = (value: unknown): value is Encoded => typeof value === 'object' && value !== null && 'dtype' in value;

/** All goldens of one folder. */
export function readGoldens<G = Golden>(name = 'derivatives'): G[] {
  const folder = new URL(`${name}/`, goldensFolder);
  const decode = (_: string, value: unknown): unknown =>
    isEncoded(value) ? hostTensor(value.dtype, value.shape, value.data) : value;
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'), decode) as G);
}

/** The scalar of a golden as a function of its inputs and parameters. */
export function lossOf(golden: Golden, tensors: Tensors): Tensor {
  const output = outputOf(golden, tensors);
  if (golden.operator === undefined) return crossEntropy(output, tensors['label']!);
  const quadratic = ops.add(output, ops.mul(ops.square(output), 0.5));
  return ops.sum(ops.mul(tensors['outputWeight']!, quadratic));
}

/** The operator's result or the network's scores. */
export function outputOf(golden: Golden, tensors: Tensors): Tensor {
  if (golden.operator !== undefined) return operators[golden.operator]!(tensors, golden.attributes);
  const mlp = /^mlp-(\w+)$/.exec(golden.name);
  return mlp ? mlpScores(tensors, activations[mlp[1]!]!) : convScores(tensors);
}

const crossEntropy = (scores: Tensor, labels: Tensor): Tensor =>
  ops.neg(ops.mean(ops.pickLabel(ops.logSoftmax(scores), labels)));

const activations: Record<string, (x: Tensor) => Tensor> = { relu: ops.relu, tanh: ops.tanh, gelu: ops.gelu };

function mlpScores(t: Tensors, activation: (x: Tensor) => Tensor): Tensor {
  const layer = (x: Tensor, index: number): Tensor =>
    ops.linear(x, t[`linear${index}.weight`]!, t[`linear${index}.bias`]);
  return layer(activation(layer(activation(layer(t['input']!, 1)), 2)), 3);
}

function convScores(t: Tensors): Tensor {
  const normalised = (x: Tensor, name: string): Tensor =>
    ops.relu(ops.batchNorm(x, t[`${name}.weight`]!, t[`${name}.bias`]!));
  const first = normalised(ops.conv2d(t['input']!, t['conv1.weight']!, undefined, { pads: [1, 1, 1, 1] }), 'bn1');
  const pooled = ops.maxPool2d(first, { kernel: [2, 2] });
  const second = normalised(
    ops.conv2d(pooled, t['conv2.weight']!, undefined, { strides: [2, 2], pads: [1, 1, 1, 1] }),
    'bn2',
  );
  const features = ops.averagePool2d(second, { kernel: [2, 2] });
  return ops.linear(ops.reshape(features, [features.shape[0]!, -1]), t['linear.weight']!, t['linear.bias']);
}

type Pair = readonly [number, number];
type Triple = readonly [number, number, number];
type Attributes = Readonly<Record<string, unknown>>;
type Build = (tensors: Tensors, attributes: Attributes) => Tensor;

const onInput =
  (build: (x: Tensor) => Tensor): Build =>
  (t) =>
    build(t['input']!);
const onPair =
  (build: (a: Tensor, b: Tensor) => Tensor): Build =>
  (t) =>
    build(t['left']!, t['right']!);
const alongAxis =
  (build: (x: Tensor, axis: number) => Tensor): Build =>
  (t, { axis }) =>
    build(t['input']!, axis as number);
const overAxes =
  (build: (x: Tensor, options: ops.ReduceOptions) => Tensor): Build =>
  (t, { axes, keepDimensions }) =>
    build(t['input']!, { axes: axes as number[], keep: keepDimensions as boolean });

const bothSides = (padding: unknown): [number, number, number, number] => [...(padding as Pair), ...(padding as Pair)];
const pool = ({ kernelSize, stride, padding, dilation, ceilMode }: Attributes): ops.PoolOptions => ({
  kernel: kernelSize as Pair,
  strides: stride as Pair,
  pads: bothSides(padding),
  dilations: (dilation as Pair | undefined) ?? [1, 1],
  ceilMode: ceilMode === true,
});
const windows = ({ stride, padding, dilation, groups }: Attributes): ops.ConvOptions => ({
  strides: stride as Pair,
  pads: bothSides(padding),
  dilations: (dilation as Pair | undefined) ?? [1, 1],
  group: (groups as number | undefined) ?? 1,
});

/** Thalweg's builder for each operator of the goldens. */
const operators: Record<string, Build> = {
  neg: onInput(ops.neg),
  exp: onInput(ops.exp),
  log: onInput(ops.log),
  sqrt: onInput(ops.sqrt),
  erf: onInput(ops.erf),
  tanh: onInput(ops.tanh),
  sigmoid: onInput(ops.sigmoid),
  gelu: onInput(ops.gelu),
  relu: onInput(ops.relu),
  leakyRelu: (t, { negativeSlope }) => ops.leakyRelu(t['input']!, negativeSlope as number),
  add: onPair(ops.add),
  sub: onPair(ops.sub),
  mul: onPair(ops.mul),
  div: onPair(ops.div),
  matmul: onPair((a, b) => ops.matmul(a, b)),
  softmax: alongAxis(ops.softmax),
  logSoftmax: alongAxis(ops.logSoftmax),
  logSumExp: alongAxis((x, axis) => ops.logSumExp(x, { axes: [axis] })),
  sum: overAxes(ops.sum),
  mean: overAxes(ops.mean),
  max: overAxes(ops.max),
  conv2d: (t, attributes) => ops.conv2d(t['input']!, t['weight']!, t['bias'], windows(attributes)),
  conv3d: (t, { stride, padding, dilation, groups }) =>
    ops.conv3d(t['input']!, t['weight']!, t['bias'], {
      strides: stride as Triple,
      pads: [...(padding as Triple), ...(padding as Triple)],
      dilations: dilation as Triple,
      group: groups as number,
    }),
  convTranspose2d: (t, attributes) =>
    ops.convTranspose2d(t['input']!, t['weight']!, t['bias'], {
      ...windows(attributes),
      outputPadding: attributes['outputPadding'] as Pair,
    }),
  maxPool2d: (t, attributes) => ops.maxPool2d(t['input']!, pool(attributes)),
  averagePool2d: (t, attributes) =>
    ops.averagePool2d(t['input']!, { ...pool(attributes), countPadding: attributes['countIncludePad'] as boolean }),
  batchNorm: (t, { epsilon }) => ops.batchNorm(t['input']!, t['weight']!, t['bias']!, epsilon as number),
  slice: (t, range) => ops.sliceRange(t['input']!, range as unknown as ops.SliceRange),
  pad: (t, { before, after, value }) => ops.pad(t['input']!, before as number[], after as number[], value as number),
  transpose: (t, { permutation }) => ops.transpose(t['input']!, permutation as number[]),
  concat: (t, { axis }) =>
    ops.concat(t['input'] ? [t['input'], t['input']] : [t['first']!, t['second']!, t['third']!], axis as number),
  gatherLabel: (t) => ops.pickLabel(t['input']!, t['label']!),
  where: (t) => ops.where(t['condition']!, t['left']!, t['right']!),
  globalMaxPool: onInput(ops.globalMaxPool),
  elu: onInput((x) => ops.elu(x)),
  selu: onInput((x) => ops.selu(x)),
  celu: onInput((x) => ops.celu(x)),
  softplus: onInput(ops.softplus),
  mish: onInput(ops.mish),
  silu: onInput((x) => ops.swish(x)),
  hardSigmoid: onInput((x) => ops.hardSigmoid(x)),
  hardSwish: onInput(ops.hardSwish),
  softsign: onInput(ops.softsign),
  asinh: onInput(ops.asinh),
  atan: onInput(ops.atan),
  sinh: onInput(ops.sinh),
  tan: onInput(ops.tan),
  geluTanh: onInput(ops.geluTanh),
  prelu: (t) => ops.prelu(t['input']!, ops.reshape(t['weight']!, [-1, 1])),
  clip: (t, { low, high }) => ops.clip(t['input']!, low as number, high as number),
  layerNorm: (t, { axis }) => ops.layerNorm(t['input']!, t['weight'], t['bias'], { axis: axis as number }),
  groupNorm: (t, { groups }) => ops.groupNorm(t['input']!, groups as number, t['weight'], t['bias']),
  instanceNorm: (t) => ops.instanceNorm(t['input']!, t['weight'], t['bias']),
  localResponseNorm: (t, options) => ops.localResponseNorm(t['input']!, options as unknown as ops.LrnOptions),
  product: overAxes(ops.product),
  cumulativeSum: alongAxis((x, axis) => ops.cumulativeSum(x, axis)),
  gatherElements: (t, { axis }) => ops.gatherElements(t['input']!, t['indices']!, axis as number),
  scatterAdd: (t, { axis }) =>
    ops.scatterElements(t['input']!, t['indices']!, t['updates']!, { axis: axis as number, add: true }),
  topK: (t, { axis, k }) => ops.topK(t['input']!, k as number, { axis: axis as number }).values,
  einsum: (t, { equation }) => ops.einsum(equation as string, t['left']!, t['right']!),
};

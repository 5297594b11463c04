import { readFileSync } from 'node:fs';
import { hostTensor, sizeOf, type Shape } from '../../src/base/index.ts';
import type { MeasuredNetwork, ParameterLayout } from '../../src/curvature/index.ts';
import type { Vector } from '../../src/linop/index.ts';
import { crossEntropy, type Mode, type Model } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { ChunkedExamples } from '../../src/train/index.ts';
import { modelOf, valueOf, type Summary } from '../support/golden-models.ts';

type Summaries = Readonly<Record<string, Summary>>;

/** What PyTorch says in float64: `tools/goldens/README.md` describes the files. */
export interface Golden {
  readonly model: { readonly name: string };
  readonly inputShape: Shape;
  readonly batch: number;
  /** Names of inputs, for the formula: together the batch. */
  readonly inputs: readonly string[];
  readonly classes: number;
  readonly labels: readonly number[];
  readonly hessian: {
    readonly mode: Mode;
    readonly loss: number;
    readonly gradient: Summaries;
    readonly product: Summaries;
    /** Five of largest absolute value, largest first. */
    readonly eigenvalues: readonly number[];
    /** `zᵀHz` for {@link signsOf} of each index. */
    readonly quadraticForms: readonly number[];
    /** LeNet only. */
    readonly trace?: number;
    /** Traces of the blocks of single parameters; ResNet-8 only. */
    readonly blockTraces?: Readonly<Record<string, number>>;
  };
  readonly covariance: { readonly mode: Mode; readonly trace: number; readonly product: Summaries };
}

const folder = new URL('../goldens/curvature/', import.meta.url);
export const readGolden = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Golden;

/** The network of a golden. Batch normalisation in train mode needs the whole batch in one chunk. */
export function networkOf(runtime: Runtime, golden: Golden, mode: Mode, chunk: number): MeasuredNetwork {
  const { inputs, batch, inputShape, labels } = golden;
  const model = modelOf(golden);
  const values = (tensors: Model['parameters'] | Model['buffers']) =>
    Object.fromEntries(tensors.map(({ name, shape }) => [name, valueOf(name, shape)]));
  const pixels = new Float32Array(batch * sizeOf(inputShape));
  const part = pixels.length / inputs.length;
  inputs.forEach((name, index) => pixels.set(valueOf(name, [batch / inputs.length, ...inputShape]).data, index * part));
  const examples = new ChunkedExamples({ inputs: pixels, labels, count: batch }, inputShape, chunk, runtime.backend);
  const point = { parameters: values(model.parameters), buffers: values(model.buffers) };
  return { runtime, objective: { model, loss: crossEntropy }, examples, mode, ...point };
}

/** The k-th vector of signs of a golden; 0 counts as positive. */
export const signsOf = (layout: ParameterLayout, k: number): Vector =>
  layout.flatten(
    Object.fromEntries(
      layout.entries.map(({ name, shape }) => {
        const { data } = valueOf(`x/${name}/signs/${k}`, shape);
        return [
          name,
          hostTensor(
            'float32',
            shape,
            data.map((value) => (value < 0 ? -1 : 1)),
          ),
        ];
      }),
    ),
  );

/** Names of the goldens, with the size of chunks: batch normalisation in train mode needs all examples in one. */
export const goldenNames = [
  ['lenet', 5],
  ['resnet8', 8],
] as const;

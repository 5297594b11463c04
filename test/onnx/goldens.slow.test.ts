import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sizeOf, toFloat64, type HostTensor, type Shape } from '../../src/base/index.ts';
import { createFullGradient, createHessian, exactTraces, type MeasuredNetwork } from '../../src/curvature/index.ts';
import { leadingEigenpairs, type LinearOperator, type Vector } from '../../src/linop/index.ts';
import { crossEntropy, initialBuffers, initialParameters } from '../../src/nn/index.ts';
import { inspectOnnx, networkFromOnnx } from '../../src/onnx/index.ts';
import { readOnnx } from '../../src/onnx/node/index.ts';
import { asHost, type Runtime } from '../../src/runtime/index.ts';
import { ChunkedExamples } from '../../src/train/index.ts';
import { expectClose, norm } from '../support/close.ts';
import {
  expectSummaries,
  numbersOf,
  passOf,
  typesOf,
  valueOf,
  type PassInputs,
  type Summary,
} from '../support/golden-models.ts';
import { cpuRuntime } from '../train/support.ts';

type Summaries = Readonly<Record<string, Summary>>;

/** What PyTorch says in float64 of a network that it exported: `tools/goldens/README.md` describes the files. */
interface Golden {
  readonly inputShape: Shape;
  readonly batch: number;
  readonly input: string;
  readonly classes: number;
  readonly labels: readonly number[];
  /** Size of the vocabulary, where examples are numbers of tokens. */
  readonly words: number | null;
  readonly parameters: Readonly<Record<string, Shape>>;
  readonly evaluate: {
    readonly loss: number;
    readonly gradientNorm: number;
    readonly gradient: Summaries;
    readonly product: Summaries;
    readonly eigenvalue: number;
    readonly traces: readonly number[];
  };
  readonly train: { readonly loss: number; readonly gradient: Summaries; readonly buffers: Summaries } | null;
}

const folder = new URL('../goldens/onnx/', import.meta.url);
const pathOf = (name: string): string => new URL(`${name}.onnx`, folder).pathname;
const readGolden = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Golden;

/** Name, whether the exact method for traces applies, whether the exporter kept PyTorch's names. */
const names = [
  ['resnet18', true, true],
  ['vgg11', true, true],
  ['mobilenet-v2', true, true],
  ['vision-transformer', false, true],
  ['vision-transformer-folded', false, false],
  ['text-transformer', false, true],
] as const;

let runtime: Runtime;
beforeAll(async () => (runtime = await cpuRuntime()));
afterAll(() => runtime.close());

/** The examples of a golden, the numbers of tokens as whole float32. */
function inputsOf({ words, input, batch, inputShape }: Golden): Float32Array<ArrayBuffer> {
  if (words === null) return valueOf(input, [batch, ...inputShape]).data;
  return Float32Array.from(numbersOf(input, batch * sizeOf(inputShape)), (value) =>
    Math.floor(((value + 1) / 2) * words),
  );
}

function networkOf(name: string, golden: Golden, examples?: readonly number[]): MeasuredNetwork {
  const { model } = networkFromOnnx(readOnnx(pathOf(name)), { name });
  const size = sizeOf(golden.inputShape);
  const all = inputsOf(golden);
  const chosen = examples ?? golden.labels.map((_, index) => index);
  const inputs = Float32Array.from(
    chosen.flatMap((index) => Array.from(all.subarray(index * size, (index + 1) * size))),
  );
  const labels = chosen.map((index) => golden.labels[index]!);
  const chunks = new ChunkedExamples({ inputs, labels, count: chosen.length }, golden.inputShape, 3, runtime.backend);
  const point = { parameters: initialParameters(model, 0), buffers: initialBuffers(model) };
  return { runtime, objective: { model, loss: crossEntropy }, examples: chunks, mode: 'evaluate', ...point };
}

const asRecord = (tensors: Readonly<Record<string, HostTensor>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toFloat64(tensor)]));

/** `Σ_j e_jᵀAe_j`: a product for each parameter. */
async function traceOf(operator: LinearOperator): Promise<number> {
  let total = 0;
  for (let j = 0; j < operator.size; j++) {
    const unit = new Float32Array(operator.size);
    unit[j] = 1;
    total += (await operator.apply(unit))[j]!;
  }
  return total;
}

describe.each(names.filter(([name]) => existsSync(pathOf(name))))(
  '%s, exported by PyTorch,',
  (name, isPiecewiseLinear, keepsNames) => {
    const golden = readGolden(name);
    const { evaluate, train } = golden;

    it('has PyTorch’s parameters', () => {
      const { model } = networkFromOnnx(readOnnx(pathOf(name)));
      const sizes = Object.values(golden.parameters).map(sizeOf);
      expect(model.size).toBe(sizes.reduce((total, size) => total + size, 0));
      expect(model.classes).toBe(golden.classes);
      if (!keepsNames) return;
      const shapes = Object.fromEntries(model.parameters.map(({ name: parameter, shape }) => [parameter, shape]));
      expect(shapes).toEqual(golden.parameters);
    });

    it('has PyTorch’s loss and gradient, to 1e-4', async () => {
      const network = networkOf(name, golden);
      const gradient = await createFullGradient(network);
      const found = await gradient.at(network);
      expectClose([found.loss], [evaluate.loss], { relative: 1e-4 }, 'loss');
      expectClose([norm(found.gradient)], [evaluate.gradientNorm], { relative: 1e-4 }, 'norm of the gradient');
      const parts = asRecord(gradient.layout.unflatten(found.gradient));
      if (keepsNames) expectSummaries(`${name}: gradient`, parts, evaluate.gradient, 1e-4);
      await gradient.release();
    });

    it('has PyTorch’s Hessian: a product and the leading eigenvalue, to 1e-4', async () => {
      const hessian = await createHessian(networkOf(name, golden));
      const { layout } = hessian;
      if (keepsNames) {
        const v = Object.fromEntries(
          layout.entries.map(({ name: parameter, shape }) => [parameter, valueOf(`x/${parameter}/vector`, shape)]),
        );
        const product: Vector = await hessian.apply(layout.flatten(v));
        expectSummaries(`${name}: product`, asRecord(layout.unflatten(product)), evaluate.product, 1e-4);
      }
      const { pairs } = await leadingEigenpairs(hessian, { k: 1, seed: 1, tolerance: 1e-4 });
      expectClose([pairs[0]!.value], [evaluate.eigenvalue], { relative: 1e-4 }, 'eigenvalue');
      await hessian.release();
    });

    it('has PyTorch’s Hessian traces of single examples, to 1e-4', async () => {
      if (isPiecewiseLinear) {
        const { values, mean } = await exactTraces(networkOf(name, golden));
        expectClose(values, evaluate.traces, { relative: 1e-4 }, 'traces');
        expectClose([mean * golden.batch], [evaluate.traces.reduce((sum, trace) => sum + trace, 0)], {
          relative: 1e-4,
        });
        return;
      }
      const hessian = await createHessian(networkOf(name, golden, [0]));
      expectClose([await traceOf(hessian)], [evaluate.traces[0]!], { relative: 1e-4 }, 'trace of the first example');
      await hessian.release();
    });

    it('says which methods apply', () => {
      const { network, unsupported, problem } = inspectOnnx(readOnnx(pathOf(name)));
      expect(unsupported).toEqual([]);
      expect(problem).toBeUndefined();
      expect(network!.scores.kind).toBe('logits');
      expect(network!.methods.derivatives).toEqual({ applies: true });
      expect(network!.methods.exactTraces.applies).toBe(isPiecewiseLinear);
    });

    it.runIf(train !== null)('has PyTorch’s loss, gradient and running statistics in train mode', async () => {
      const { model } = networkFromOnnx(readOnnx(pathOf(name)));
      const x = { dtype: 'float32', shape: [golden.batch, ...golden.inputShape], data: inputsOf(golden) } as const;
      const labels: HostTensor = {
        dtype: 'int64',
        shape: [golden.batch],
        data: BigInt64Array.from(golden.labels, BigInt),
      };
      const inputs: PassInputs<HostTensor> = {
        parameters: initialParameters(model, 0),
        buffers: initialBuffers(model),
        x,
        labels,
      };
      const program = await runtime.compile((given) => passOf(model, given, 'train'), typesOf(inputs));
      const { loss, gradient, buffers } = await program.run(inputs);
      expectClose(toFloat64(asHost(loss)), [train!.loss], { relative: 1e-4 }, 'loss');
      const host = (tensors: typeof gradient): Record<string, Float64Array> =>
        asRecord(Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, asHost(tensor)])));
      expectSummaries(`${name}: gradient`, host(gradient), train!.gradient, 1e-4);
      expectSummaries(`${name}: buffer`, host(buffers), train!.buffers, 1e-4);
      await program.release();
    });
  },
);

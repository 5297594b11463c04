import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jvp } from '../../src/autodiff/index.ts';
import { hostTensor, sizeOf, toFloat64, type HostTensor, type Shape } from '../../src/base/index.ts';
import { createFullGradient, createHessian, exactTraces, type MeasuredNetwork } from '../../src/curvature/index.ts';
import { leadingEigenpairs, type Vector } from '../../src/linop/index.ts';
import { crossEntropy, initialBuffers, initialParameters } from '../../src/nn/index.ts';
import { inspectOnnx, networkFromOnnx } from '../../src/onnx/index.ts';
import { readOnnx } from '../../src/onnx/node/index.ts';
import { asHost, type Runtime } from '../../src/runtime/index.ts';
import {
  batchTypes,
  bufferTypes,
  ChunkedExamples,
  exampleLosses,
  parameterTypes,
  type Objective,
} from '../../src/train/index.ts';
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
  ['smooth-cnn', false, true],
  ['upsampler', true, true],
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

function networkOf(name: string, golden: Golden): MeasuredNetwork {
  const { model } = networkFromOnnx(readOnnx(pathOf(name)), { name });
  const { labels, inputShape } = golden;
  const examples = { inputs: inputsOf(golden), labels, count: labels.length };
  const chunks = new ChunkedExamples(examples, inputShape, 3, runtime.backend);
  const point = { parameters: initialParameters(model, 0), buffers: initialBuffers(model) };
  return { runtime, objective: { model, loss: crossEntropy }, examples: chunks, mode: 'evaluate', ...point };
}

const asRecord = (tensors: Readonly<Record<string, HostTensor>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toFloat64(tensor)]));

/** The second derivative along v of the loss of each example of a chunk: two forward derivatives, as the estimates take. */
const compileSecond = ({ model }: Objective, size: number) =>
  runtime.compile(
    ({ parameters, buffers, x, labels, v }) => {
      const losses = (theta: typeof parameters) =>
        exampleLosses({ model, loss: crossEntropy }, { parameters: theta, buffers }, x, labels, 'evaluate').losses;
      return jvp((theta: typeof parameters) => jvp(losses, theta, v).tangent, parameters, v).tangent;
    },
    {
      parameters: parameterTypes(model),
      buffers: bufferTypes(model),
      ...batchTypes(model, size),
      v: parameterTypes(model),
    },
  );

/** `Σ_j e_jᵀH_i e_j` of every example, over all parameters j. */
async function tracesByParameter({ objective, examples, parameters, buffers }: MeasuredNetwork): Promise<number[]> {
  const v = Object.fromEntries(
    objective.model.parameters.map(({ name, shape }) => [
      name,
      hostTensor('float32', shape, new Float32Array(sizeOf(shape))),
    ]),
  );
  const traces: number[] = [];
  for (const { size, x, labels } of examples.chunks) {
    const program = await compileSecond(objective, size);
    const sums = new Float64Array(size);
    for (const { data } of Object.values(v))
      for (let j = 0; j < data.length; j++) {
        data[j] = 1;
        const second = await program.run({ parameters, buffers, x, labels, v });
        toFloat64(asHost(second)).forEach((value, example) => (sums[example]! += value));
        data[j] = 0;
      }
    traces.push(...sums);
    await program.release();
  }
  return traces;
}

describe.each(names)('%s, exported by PyTorch,', (name, isPiecewiseLinear, keepsNames) => {
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

  // What the exporter folded is the same network: its trace need not be taken again.
  it.runIf(keepsNames)('has PyTorch’s Hessian traces of single examples, to 1e-4', async () => {
    if (isPiecewiseLinear) {
      const { values, mean } = await exactTraces(networkOf(name, golden));
      expectClose(values, evaluate.traces, { relative: 1e-4 }, 'traces');
      expectClose([mean * golden.batch], [evaluate.traces.reduce((sum, trace) => sum + trace, 0)], {
        relative: 1e-4,
      });
      return;
    }
    const traces = await tracesByParameter(networkOf(name, golden));
    expectClose(traces, evaluate.traces, { relative: 1e-4 }, 'traces');
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
});

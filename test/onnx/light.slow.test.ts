import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, sizeOf, toFloat64 } from '../../src/base/index.ts';
import { decodeModel, decodeTensorFile, encodeModel, type OnnxModel } from '../../src/graph/index.ts';
import { convertGraph, inspectOnnx } from '../../src/onnx/index.ts';
import { input, lowerGraph } from '../../src/ops/index.ts';
import { asHost, type Backend } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { expectClose } from '../support/close.ts';
import { hasSuite, readFiles } from './suite.ts';

/** Networks of ONNX's test data, with weights that are all equal. */
const networks = [
  'bvlc_alexnet',
  'densenet121',
  'inception_v1',
  'inception_v2',
  'resnet50',
  'shufflenet',
  'squeezenet',
  'vgg19',
  'zfnet512',
] as const;

const inFrontOfSoftmax = ({ nodes }: OnnxModel): string =>
  nodes.find(({ operator }) => operator === 'Softmax')!.inputs[0]!;

let cpu: Backend;
let files: Map<string, Uint8Array>;
beforeAll(async () => {
  cpu = await createOrtBackend({ device: 'cpu', threads: 2 });
  if (hasSuite) files = await readFiles('light');
});
afterAll(() => cpu.close());

describe.runIf(hasSuite).each(networks)('%s', (name) => {
  it('loads, has the shapes of its file, and computes the expected output', async () => {
    const file = decodeModel(files.get(`light_${name}.onnx`)!);
    const { name: inputName, shape } = file.inputs[0]!;
    const outputName = name === 'squeezenet' ? inFrontOfSoftmax(file) : file.outputs[0]!.name;
    const x = input('x', { dtype: 'float32', shape: shape as number[] });
    const graph = convertGraph(file, { given: new Map([[inputName, x]]), wanted: [outputName], float: 'float32' });
    const out = graph.values.get(outputName)!;
    const expected = decodeTensorFile(files.get(`light_${name}_output_0.pb`)!).tensor;
    expect(out.shape).toEqual(expected.shape);
    const executable = await cpu.load(encodeModel(lowerGraph({ inputs: { x }, outputs: { out } }, 'cpu')), {
      keep: [],
    });
    const size = sizeOf(x.shape);
    const pixels = Float32Array.from({ length: size }, (_, index) => index / size);
    const result = await executable.run({ x: hostTensor('float32', x.shape, pixels) });
    const values = toFloat64(asHost(result['out']!));
    // All its logits are 9.5e9, where neighbours of float32 lie 1024 apart: a softmax makes a certainty of the last bit.
    const wanted = name === 'squeezenet' ? values.map(() => values[0]!) : toFloat64(expected);
    expectClose(values, wanted, { relative: name === 'squeezenet' ? 1e-6 : 1e-3 }, name);
    await executable.release();
  });

  it('is inspected: every operator is known, and it is a network of 1000 classes', () => {
    const { unsupported, problem, network } = inspectOnnx(decodeModel(files.get(`light_${name}.onnx`)!));
    expect({ unsupported, problem }).toEqual({ unsupported: [], problem: undefined });
    expect(network!.classes).toBe(1000);
    expect(network!.input.batch).toBe(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, sizeOf, toFloat64 } from '../../src/base/index.ts';
import { decodeModel, decodeTensorFile, encodeModel } from '../../src/graph/index.ts';
import { convertGraph, inspectOnnx } from '../../src/onnx/index.ts';
import { input, lowerGraph } from '../../src/ops/index.ts';
import { asHost, type Backend } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { expectClose } from '../support/close.ts';
import { hasSuite, readFiles } from './suite.ts';

/** Networks of ONNX's test data, with weights that are all equal: name, and classes in front of a softmax. */
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
    const [{ name: inputName, shape }, { name: outputName }] = [file.inputs[0]!, file.outputs[0]!];
    const x = input('x', { dtype: 'float32', shape: shape as number[] });
    const graph = convertGraph(file, { given: new Map([[inputName, x]]), wanted: [outputName], float: 'float32' });
    const out = graph.values.get(outputName)!;
    const expected = decodeTensorFile(files.get(`light_${name}_output_0.pb`)!).tensor;
    expect(out.shape).toEqual(expected.shape);
    const executable = await cpu.load(encodeModel(lowerGraph({ inputs: { x }, outputs: { out } }, 'cpu')), {
      keep: [],
    });
    const size = sizeOf(x.shape);
    const values = Float32Array.from({ length: size }, (_, index) => index / size);
    const result = await executable.run({ x: hostTensor('float32', x.shape, values) });
    expectClose(toFloat64(asHost(result['out']!)), toFloat64(expected), { relative: 1e-3 }, name);
    await executable.release();
  });

  it('is inspected: every operator is known, and it is a network of 1000 classes', () => {
    const { unsupported, problem, network } = inspectOnnx(decodeModel(files.get(`light_${name}.onnx`)!));
    expect({ unsupported, problem }).toEqual({ unsupported: [], problem: undefined });
    expect(network!.classes).toBe(1000);
    expect(network!.input.batch).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { hostTensor, ThalwegError, type ErrorCode } from '../../src/base/index.ts';
import { int, ints, type OnnxModel, type OnnxNode } from '../../src/graph/index.ts';
import { networkFromOnnx } from '../../src/onnx/index.ts';
import { integers, mlp, modelOf, node, weights } from './files.ts';

const w = weights('w', [3, 2]);
const single = (nodes: readonly OnnxNode[], opset = 17): OnnxModel =>
  modelOf(['n', 3], { w, i: integers(0) }, nodes, opset);
const product = node('MatMul', ['h', 'w'], 'scores');

/** What is wrong, a file, the code of the error, and its message from the beginning. */
const wrong: readonly (readonly [string, OnnxModel, ErrorCode, string])[] = [
  [
    'an unknown operator',
    single([node('Soltmax', ['x'], 'h'), product]),
    'ONNX_UNSUPPORTED',
    'onnx: Soltmax "Soltmax_h": expected an operator of docs/onnx.md, got one of opset 17 that is not there; did you mean "Softmax"?',
  ],
  [
    'an unknown domain',
    { ...single([{ ...node('Gelu', ['x'], 'h'), domain: 'com.microsoft' }, product]), domains: { 'com.microsoft': 1 } },
    'ONNX_UNSUPPORTED',
    'onnx: Gelu "Gelu_h": expected operators of ai.onnx, got com.microsoft version 1',
  ],
  [
    'a domain without version',
    single([{ ...node('Gelu', ['x'], 'h'), domain: 'other' }, product]),
    'ONNX_INVALID',
    'onnx: Gelu "Gelu_h": expected an operator set that the file imports, got domain "other"',
  ],
  [
    'a newer operator than the file’s set',
    single([node('Gelu', ['x'], 'h'), product]),
    'ONNX_UNSUPPORTED',
    'onnx: Gelu "Gelu_h": expected opset 20 or newer for Gelu, got 17',
  ],
  [
    'a set that nobody knows',
    single([node('Relu', ['x'], 'h'), product], 99),
    'ONNX_UNSUPPORTED',
    'onnx: Relu "Relu_h": expected opset up to 28, got 99',
  ],
  [
    'nodes that wait for each other',
    single([node('Add', ['x', 'b'], 'h'), node('Relu', ['h'], 'b'), product]),
    'ONNX_INVALID',
    'onnx: Add "Add_h": expected inputs that do not depend on its own outputs, got "h"',
  ],
  [
    'a value that is defined twice',
    single([node('Relu', ['x'], 'h'), node('Tanh', ['x'], 'h'), product]),
    'ONNX_INVALID',
    'onnx: value "h": expected one origin, got two, the second Tanh "Tanh_h"',
  ],
  [
    'a value that is not defined',
    single([node('Relu', ['y'], 'h'), product]),
    'ONNX_INVALID',
    'onnx: Relu "Relu_h": expected a value that the file defines, got "y"',
  ],
  [
    'shapes that contradict',
    single([node('Transpose', ['x'], 'h'), product]),
    'GRAPH_SHAPE',
    'MatMul: expected equal inner sizes, not 2 and 3, got float32[3,2] and float32[3,2] (at node MatMul "MatMul_scores" of the ONNX file)',
  ],
  [
    'too few inputs',
    single([node('Add', ['x'], 'h'), product]),
    'ONNX_INVALID',
    'onnx: Add "Add_h": expected at least 2 inputs, got 1',
  ],
  [
    'an attribute of another kind',
    single([node('LeakyRelu', ['x'], 'h', { alpha: int(1) }), product]),
    'ONNX_INVALID',
    'onnx: LeakyRelu "LeakyRelu_h": expected attribute alpha of kind float, got int',
  ],
  [
    'an attribute that is missing',
    single([node('Concat', ['x', 'x'], 'h'), product]),
    'ONNX_INVALID',
    'onnx: Concat "Concat_h": expected attribute axis, got none',
  ],
  [
    'a shape that the network computes',
    single([node('Cast', ['x'], 'c', { to: int(7) }), node('Reshape', ['x', 'c'], 'h'), product]),
    'ONNX_UNSUPPORTED',
    'onnx: Reshape "Reshape_h": expected input 1 to be a constant, or computed from constants and shapes, got int64[2,3] that the network computes',
  ],
  [
    'a Reshape to another size',
    single([node('Reshape', ['x', 'i'], 'h', { allowzero: int(1) }), product]),
    'ONNX_INVALID',
    'onnx: Reshape "Reshape_h": expected a shape of 6 elements for an input of [2,3], got [0]',
  ],
  [
    'an axis that is not there',
    single([node('Softmax', ['x'], 'h', { axis: int(2) }), product]),
    'ONNX_INVALID',
    'onnx: Softmax "Softmax_h": expected an axis in [-2, 1], got 2',
  ],
  [
    'a negative size',
    modelOf(['n', 3], { w, sizes: integers(3, -4) }, [
      node('ConstantOfShape', ['sizes'], 'c'),
      node('MatMul', ['x', 'c'], 'scores'),
    ]),
    'ONNX_INVALID',
    'onnx: ConstantOfShape "ConstantOfShape_c": expected sizes of axes, got [3,-4]',
  ],
  [
    'a negative size to expand to',
    modelOf(['n', 3], { w, sizes: integers(1, -3) }, [
      node('Expand', ['x', 'sizes'], 'e'),
      node('MatMul', ['e', 'w'], 'scores'),
    ]),
    'ONNX_INVALID',
    'onnx: Expand "Expand_e": expected sizes of axes, got [1,-3]',
  ],
  [
    'a window of 2³⁰ places',
    modelOf(['n', 1, 4, 4], {}, [node('MaxPool', ['x'], 'scores', { kernel_shape: ints([2 ** 30, 1]) })]),
    'ONNX_INVALID',
    'onnx: MaxPool "MaxPool_scores": expected windows of',
  ],
  [
    'scores without a row for each example',
    single([node('ReduceSum', ['x'], 'scores', { keepdims: int(0) })], 11),
    'ONNX_INVALID',
    'onnx: scores "scores": expected [2, classes] for 2 examples, got float32[]; choose another value (scores)',
  ],
  ['no output', { ...mlp(), outputs: [] }, 'ONNX_INVALID', 'onnx: network: expected an output, got none'],
  [
    'two inputs',
    { ...mlp(), inputs: [...mlp().inputs, { name: 'mask', dtype: 'bool', shape: [1] }] },
    'ONNX_UNSUPPORTED',
    'onnx: network: expected one input, got "x", "mask"',
  ],
  [
    'an open axis',
    modelOf(['n', 'length'], { w }, [node('Relu', ['x'], 'h'), product]),
    'ONNX_UNSUPPORTED',
    'onnx: input "x": expected a size of axis 1 ("length") of [length], got none; give the shape of one example (inputShape)',
  ],
];

describe('a file is refused in one line that names the node, for', () => {
  it.each(wrong)('%s', (_, file, code, message) => {
    try {
      networkFromOnnx(file);
    } catch (error) {
      expect(error).toBeInstanceOf(ThalwegError);
      expect((error as ThalwegError).message).not.toContain('\n');
      expect((error as ThalwegError).message.slice(0, message.length)).toBe(message);
      expect((error as ThalwegError).code).toBe(code);
      return;
    }
    throw new Error('expected networkFromOnnx to throw');
  });

  it('a tensor of more elements than any network has, before memory is taken', () => {
    const file = {
      ...single([node('Expand', ['x', 'huge'], 'e'), product]),
      initializers: { w, huge: hostTensor('int64', [3], [2 ** 20, 2, 3]) },
    };
    const wide = { ...file, initializers: { w, huge: hostTensor('int64', [3], [2 ** 30, 2, 3]) } };
    const cut = (model: OnnxModel): OnnxModel => ({
      ...model,
      outputs: [{ name: 'e', dtype: 'float32', shape: null }],
    });
    expect(() => networkFromOnnx(cut(wide))).toThrow(
      'onnx: Expand "Expand_e": expected values of at most 2147483648 elements, got float32[1073741824,2,3]',
    );
    expect(() => networkFromOnnx(cut(file))).toThrow('onnx: scores "e": expected [2, classes] for 2 examples');
  });

  it('an input shape that contradicts the file', () => {
    expect(() => networkFromOnnx(mlp(), { inputShape: [4] })).toThrow(
      'onnx: input "x": expected examples [3], got inputShape [4]',
    );
    const open = modelOf(['n', null], { w }, [node('MatMul', ['x', 'w'], 'scores')]);
    expect(networkFromOnnx(open, { inputShape: [3] }).model.inputShape).toEqual([3]);
  });
});

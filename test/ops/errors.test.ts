import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { grad, hvp, jvp, simplify, vjp } from '../../src/autodiff/index.ts';
import { hostTensor, ThalwegError, type ErrorCode } from '../../src/base/index.ts';
import type { Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';

const float = (...shape: number[]): Tensor => ops.input('x', { dtype: 'float32', shape });
const double = (...shape: number[]): Tensor => ops.input('d', { dtype: 'float64', shape });
const whole = (...shape: number[]): Tensor => ops.input('i', { dtype: 'int64', shape });
const truth = (...shape: number[]): Tensor => ops.input('b', { dtype: 'bool', shape });

/** Operator, what is done wrongly, the code of the error, its message up to the place. */
type Misuse = readonly [operator: string, build: () => unknown, code: ErrorCode, message: string];

const product = { transA: false, transB: false, alpha: 1 };
const windows = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] };

// One line each: the place that a message names is compared with the line.
// prettier-ignore
const misuses: readonly Misuse[] = [
  ['Add', () => ops.add(float(2), float(3)), 'GRAPH_SHAPE', 'Add: expected shapes that broadcast, got float32[2] and float32[3]'],
  ['Add', () => ops.add(float(2), double(2)), 'GRAPH_TYPE', 'Add: expected tensors of one element type, got float32[2] and float64[2]'],
  ['Sub', () => ops.sub(whole(2), whole(2)), 'GRAPH_TYPE', 'Sub: expected floating-point tensors, got int64[2] and int64[2]'],
  ['Mul', () => ops.mul(float(4, 1, 3), float(2, 2)), 'GRAPH_SHAPE', 'Mul: expected shapes that broadcast, got float32[4,1,3] and float32[2,2]'],
  ['Div', () => ops.div(truth(), truth()), 'GRAPH_TYPE', 'Div: expected floating-point tensors, got bool[] and bool[]'],
  ['Pow', () => ops.pow(float(2), float(3)), 'GRAPH_SHAPE', 'Pow: expected shapes that broadcast, got float32[2] and float32[3]'],
  ['Max', () => ops.maximum(float(2), float(3)), 'GRAPH_SHAPE', 'Max: expected shapes that broadcast, got float32[2] and float32[3]'],
  ['Min', () => ops.minimum(float(2), whole(2)), 'GRAPH_TYPE', 'Min: expected floating-point tensors, got float32[2] and int64[2]'],
  ['Equal', () => ops.equal(whole(2), float(2)), 'GRAPH_TYPE', 'Equal: expected tensors of one element type, got int64[2] and float32[2]'],
  ['Constant', () => ops.equal(whole(2), 0.5), 'GRAPH_ATTRIBUTE', 'Constant: expected a whole number, not 0.5, got int64[]'],
  ['Less', () => ops.less(truth(2), truth(2)), 'GRAPH_TYPE', 'Less: expected numbers, got bool[2] and bool[2]'],
  ['Greater', () => ops.greater(float(2), float(3)), 'GRAPH_SHAPE', 'Greater: expected shapes that broadcast, got float32[2] and float32[3]'],
  ['And', () => ops.and(truth(2), float(2)), 'GRAPH_TYPE', 'And: expected tensors of one element type, got bool[2] and float32[2]'],
  ['Or', () => ops.or(float(2), float(2)), 'GRAPH_TYPE', 'Or: expected bool tensors, got float32[2] and float32[2]'],
  ['Not', () => ops.not(float(2)), 'GRAPH_TYPE', 'Not: expected bool tensors, got float32[2]'],
  ['Where', () => ops.where(float(2), 1, float(2)), 'GRAPH_TYPE', 'Where: expected bool tensors, got float32[2] and float32[] and float32[2]'],
  ['Neg', () => ops.neg(whole(2)), 'GRAPH_TYPE', 'Neg: expected floating-point tensors, got int64[2]'],
  ['Exp', () => ops.exp(whole()), 'GRAPH_TYPE', 'Exp: expected floating-point tensors, got int64[]'],
  ['Log', () => ops.log(whole()), 'GRAPH_TYPE', 'Log: expected floating-point tensors, got int64[]'],
  ['Sqrt', () => ops.sqrt(whole()), 'GRAPH_TYPE', 'Sqrt: expected floating-point tensors, got int64[]'],
  ['Reciprocal', () => ops.reciprocal(whole()), 'GRAPH_TYPE', 'Reciprocal: expected floating-point tensors, got int64[]'],
  ['Abs', () => ops.abs(truth()), 'GRAPH_TYPE', 'Abs: expected floating-point tensors, got bool[]'],
  ['Step', () => ops.step(truth()), 'GRAPH_TYPE', 'Step: expected floating-point tensors, got bool[]'],
  ['Sign', () => ops.sign(truth()), 'GRAPH_TYPE', 'Sign: expected floating-point tensors, got bool[]'],
  ['Sin', () => ops.sin(truth()), 'GRAPH_TYPE', 'Sin: expected floating-point tensors, got bool[]'],
  ['Cos', () => ops.cos(truth()), 'GRAPH_TYPE', 'Cos: expected floating-point tensors, got bool[]'],
  ['Erf', () => ops.erf(truth()), 'GRAPH_TYPE', 'Erf: expected floating-point tensors, got bool[]'],
  ['Tanh', () => ops.tanh(whole()), 'GRAPH_TYPE', 'Tanh: expected floating-point tensors, got int64[]'],
  ['Sigmoid', () => ops.sigmoid(whole()), 'GRAPH_TYPE', 'Sigmoid: expected floating-point tensors, got int64[]'],
  ['Relu', () => ops.relu(whole()), 'GRAPH_TYPE', 'Relu: expected floating-point tensors, got int64[]'],
  ['LeakyRelu', () => ops.leakyRelu(whole()), 'GRAPH_TYPE', 'LeakyRelu: expected floating-point tensors, got int64[]'],
  ['Tan', () => ops.tan(whole(2)), 'GRAPH_TYPE', 'Tan: expected floating-point tensors, got int64[2]'],
  ['Sinh', () => ops.sinh(whole(2)), 'GRAPH_TYPE', 'Sinh: expected floating-point tensors, got int64[2]'],
  ['Cosh', () => ops.cosh(whole(2)), 'GRAPH_TYPE', 'Cosh: expected floating-point tensors, got int64[2]'],
  ['Asin', () => ops.asin(whole(2)), 'GRAPH_TYPE', 'Asin: expected floating-point tensors, got int64[2]'],
  ['Acos', () => ops.acos(whole(2)), 'GRAPH_TYPE', 'Acos: expected floating-point tensors, got int64[2]'],
  ['Atan', () => ops.atan(whole(2)), 'GRAPH_TYPE', 'Atan: expected floating-point tensors, got int64[2]'],
  ['Asinh', () => ops.asinh(whole(2)), 'GRAPH_TYPE', 'Asinh: expected floating-point tensors, got int64[2]'],
  ['Acosh', () => ops.acosh(whole(2)), 'GRAPH_TYPE', 'Acosh: expected floating-point tensors, got int64[2]'],
  ['Atanh', () => ops.atanh(whole(2)), 'GRAPH_TYPE', 'Atanh: expected floating-point tensors, got int64[2]'],
  ['Softplus', () => ops.softplus(whole(2)), 'GRAPH_TYPE', 'Softplus: expected floating-point tensors, got int64[2]'],
  ['Floor', () => ops.floor(whole(2)), 'GRAPH_TYPE', 'Floor: expected floating-point tensors, got int64[2]'],
  ['Ceil', () => ops.ceil(whole(2)), 'GRAPH_TYPE', 'Ceil: expected floating-point tensors, got int64[2]'],
  ['Round', () => ops.round(whole(2)), 'GRAPH_TYPE', 'Round: expected floating-point tensors, got int64[2]'],
  ['Clip', () => ops.clip(float(2), 1, 0), 'GRAPH_ATTRIBUTE', 'Clip: expected low ≤ high, not 1 and 0, got float32[2]'],
  ['Reshape', () => ops.reshape(float(2, 3), [4, -1]), 'GRAPH_SHAPE', 'Reshape: expected a shape of 6 elements, not [4,1.5], got float32[2,3]'],
  ['Transpose', () => ops.transpose(float(2, 3), [0, 0]), 'GRAPH_ATTRIBUTE', 'Transpose: expected a permutation of 2 axes, not [0,0], got float32[2,3]'],
  ['Expand', () => ops.expand(float(1), [-3]), 'GRAPH_SHAPE', 'Expand: expected a shape that broadcasts to [-3], got float32[1]'],
  ['Expand', () => ops.expand(float(2, 3), [2, 2, 4]), 'GRAPH_SHAPE', 'Expand: expected a shape that broadcasts to [2,2,4], got float32[2,3]'],
  ['Slice', () => ops.slice(float(2, 3), 1, 1, 4), 'GRAPH_ATTRIBUTE', 'Slice: expected a range inside axis 1, not 1:4:1, got float32[2,3]'],
  ['Slice', () => ops.slice(float(2, 3), 2, 0, 1), 'GRAPH_ATTRIBUTE', 'Slice: expected an axis in [-2, 1], not 2, got float32[2,3]'],
  ['Slice', () => ops.sliceRange(float(2, 3), { starts: [0], ends: [1], steps: [1] }), 'GRAPH_ATTRIBUTE', 'Slice: expected 2 whole starts, ends and steps, got float32[2,3]'],
  ['Slice', () => ops.flip(float(), [0]), 'GRAPH_SHAPE', 'Slice: expected a tensor with axes, got float32[]'],
  ['Pad', () => ops.pad(float(2, 3), [1], [1]), 'GRAPH_ATTRIBUTE', 'Pad: expected 2 widths before and after, got float32[2,3]'],
  ['Pad', () => ops.pad(float(2), [-1], [1]), 'GRAPH_ATTRIBUTE', 'Pad: expected widths of at least 0, got float32[2]'],
  ['Concat', () => ops.concat([float(2, 3), float(3, 3)], 1), 'GRAPH_SHAPE', 'Concat: expected shapes that agree except along axis 1, got float32[2,3] and float32[3,3]'],
  ['Concat', () => ops.concat([float(2), double(2)], 0), 'GRAPH_TYPE', 'Concat: expected tensors of one element type, got float32[2] and float64[2]'],
  ['Concat', () => ops.concat([], 0), 'GRAPH_SHAPE', 'Concat: expected at least one tensor, got nothing'],
  ['Concat', () => ops.stack([float(2), float(3)], -1), 'GRAPH_SHAPE', 'Concat: expected shapes that agree except along axis 1, got float32[2,1] and float32[3,1]'],
  ['Gather', () => ops.gather(float(2), float(1)), 'GRAPH_TYPE', 'Gather: expected int64 tensors, got float32[2] and float32[1]'],
  ['Gather', () => ops.gather(float(2), whole(1), 1), 'GRAPH_ATTRIBUTE', 'Gather: expected an axis in [-1, 0], not 1, got float32[2]'],
  ['GatherElements', () => ops.gatherElements(float(2, 3), whole(3, 3), 1), 'GRAPH_SHAPE', 'GatherElements: expected indices of rank 2 within [2,3], got float32[2,3] and int64[3,3]'],
  ['GatherND', () => ops.gatherND(float(2, 3), whole(4, 3)), 'GRAPH_SHAPE', 'GatherND: expected 1 to 2 coordinates, not 3, got float32[2,3] and int64[4,3]'],
  ['ScatterElements', () => ops.scatterElements(float(2, 3), whole(2, 2), float(2, 3), { axis: 1 }), 'GRAPH_SHAPE', 'ScatterElements: expected updates [2,2], got int64[2,2] and float32[2,3]'],
  ['ScatterND', () => ops.scatterND(float(2, 3), whole(4, 1), float(4, 2)), 'GRAPH_SHAPE', 'ScatterND: expected updates [4,3], got int64[4,1] and float32[4,2]'],
  ['CumSum', () => ops.cumulativeSum(whole(2), 0), 'GRAPH_TYPE', 'CumSum: expected floating-point tensors, got int64[2]'],
  ['ArgMax', () => ops.argMax(float(2, 3), { axis: 2 }), 'GRAPH_ATTRIBUTE', 'ArgMax: expected an axis in [-2, 1], not 2, got float32[2,3]'],
  ['TopIndices', () => ops.topK(float(2, 3), 4), 'GRAPH_ATTRIBUTE', 'TopIndices: expected k in [1, 3], not 4, got float32[2,3]'],
  ['Expand', () => ops.tile(float(2, 3), [2]), 'GRAPH_ATTRIBUTE', 'Expand: expected 2 repeats, got float32[2,3]'],
  ['Slice', () => ops.split(float(4), [1, 2]), 'GRAPH_ATTRIBUTE', 'Slice: expected parts that make 4, not [1,2], got float32[4]'],
  ['Where', () => ops.triangle(float(4), 'upper'), 'GRAPH_SHAPE', 'Where: expected matrices (rank at least 2), got float32[4]'],
  ['Reshape', () => ops.depthToSpace(float(4, 4), 2), 'GRAPH_SHAPE', 'Reshape: expected a tensor of rank 4, got float32[4,4]'],
  ['GatherND', () => ops.einsum('ii->i', float(2, 3)), 'GRAPH_SHAPE', 'GatherND: expected axes 0 and 1 of one length, got float32[2,3]'],
  ['einsum', () => ops.einsum('ij,jk', float(2, 3)), 'GRAPH_ATTRIBUTE', 'einsum "ij,jk": expected 2 operands, got 1'],
  ['einsum', () => ops.einsum('ij,jk', float(2, 3), float(4, 2)), 'GRAPH_ATTRIBUTE', 'einsum "ij,jk": expected one size for "j", got 3 and 4'],
  ['einsum', () => ops.einsum('ij->ik', float(2, 3)), 'GRAPH_ATTRIBUTE', 'einsum "ij->ik": expected a result of distinct letters that the operands have'],
  ['einsum', () => ops.einsum('ijk', float(2, 3)), 'GRAPH_ATTRIBUTE', 'einsum "ijk": expected a tensor of rank 3 for "ijk", got Input: float32[2,3]'],
  ['einsum', () => ops.einsum('i1', float(2, 3)), 'GRAPH_ATTRIBUTE', 'einsum "i1": expected letters and at most one "..." in "i1"'],
  ['ReduceSum', () => ops.sum(float(2, 3), { axes: [0, 2] }), 'GRAPH_ATTRIBUTE', 'ReduceSum: expected an axis in [-2, 1], not 2, got float32[2,3]'],
  ['ReduceSum', () => ops.mean(whole(2)), 'GRAPH_TYPE', 'ReduceSum: expected floating-point tensors, got int64[2]'],
  ['Total', () => ops.total([]), 'GRAPH_SHAPE', 'Total: expected at least one tensor, got nothing'],
  ['Total', () => ops.total([float(2), whole(2)]), 'GRAPH_TYPE', 'Total: expected floating-point tensors, got float32[2] and int64[2]'],
  ['ReduceMax', () => ops.logSumExp(float(2, 3), { axes: [-3] }), 'GRAPH_ATTRIBUTE', 'ReduceMax: expected an axis in [-2, 1], not -3, got float32[2,3]'],
  ['Softmax', () => ops.softmax(float(2, 3), 0.5), 'GRAPH_ATTRIBUTE', 'Softmax: expected an axis in [-2, 1], not 0.5, got float32[2,3]'],
  ['LogSoftmax', () => ops.logSoftmax(whole(2, 3)), 'GRAPH_TYPE', 'LogSoftmax: expected floating-point tensors, got int64[2,3]'],
  ['MatMul', () => ops.matmul(float(2, 3), float(2, 3)), 'GRAPH_SHAPE', 'MatMul: expected equal inner sizes, not 3 and 2, got float32[2,3] and float32[2,3]'],
  ['MatMul', () => ops.matmul(float(3), float(3, 2)), 'GRAPH_SHAPE', 'MatMul: expected matrices (rank at least 2), got float32[3] and float32[3,2]'],
  ['MatMul', () => ops.matmul(float(2, 3, 4), float(3, 4, 5)), 'GRAPH_SHAPE', 'MatMul: expected shapes that broadcast, got float32[2,3,4] and float32[3,4,5]'],
  ['Gemm', () => ops.apply('Gemm', [float(2, 3), float(3, 4), float(3)], product), 'GRAPH_SHAPE', 'Gemm: expected an addend that broadcasts to [2,4], got float32[2,3] and float32[3,4] and float32[3]'],
  ['Gemm', () => ops.apply('Gemm', [float(1, 2, 3), float(3, 4), float(4)], product), 'GRAPH_SHAPE', 'Gemm: expected matrices (rank 2), got float32[1,2,3] and float32[3,4] and float32[4]'],
  ['Conv', () => ops.conv2d(float(1, 3, 8, 8), float(4, 2, 3, 3)), 'GRAPH_SHAPE', 'Conv: expected a kernel for 3 channels, not 2, got float32[1,3,8,8] and float32[4,2,3,3]'],
  ['Conv', () => ops.conv2d(float(3, 8, 8), float(4, 3, 3, 3)), 'GRAPH_SHAPE', 'Conv: expected tensors of rank 4, got float32[3,8,8] and float32[4,3,3,3]'],
  ['Conv', () => ops.conv2d(float(1, 1, 2, 2), float(1, 1, 3, 3)), 'GRAPH_SHAPE', 'Conv: expected an image of at least 3 after padding, not 2, got float32[1,1,2,2] and float32[1,1,3,3]'],
  ['Conv', () => ops.conv2d(float(1, 1, 4, 4), float(1, 1, 3, 3), undefined, { strides: [0, 1] }), 'GRAPH_ATTRIBUTE', 'Conv: expected 2 strides and 2 dilations of at least 1, got float32[1,1,4,4] and float32[1,1,3,3]'],
  ['Conv', () => ops.conv2d(float(1, 1, 4, 4), float(1, 1, 3, 3), undefined, { pads: [1, 1] as never }), 'GRAPH_ATTRIBUTE', 'Conv: expected 4 pads of at least 0, got float32[1,1,4,4] and float32[1,1,3,3]'],
  ['Conv', () => ops.conv2d(float(1, 4, 4, 4), float(4, 4, 3, 3), undefined, { group: 2 }), 'GRAPH_SHAPE', 'Conv: expected a kernel for 4 channels in 2 groups, not 4, got float32[1,4,4,4] and float32[4,4,3,3]'],
  ['Conv', () => ops.conv2d(float(1, 4, 4, 4), float(3, 2, 3, 3), undefined, { group: 2 }), 'GRAPH_SHAPE', 'Conv: expected output channels in 2 groups, not 3, got float32[1,4,4,4] and float32[3,2,3,3]'],
  ['Conv', () => ops.conv2d(float(1, 4, 4, 4), float(4, 4, 3, 3), undefined, { group: 0 }), 'GRAPH_ATTRIBUTE', 'Conv: expected a whole number of groups, not 0, got float32[1,4,4,4] and float32[4,4,3,3]'],
  ['ConvInputGradient', () => ops.convTranspose2d(float(1, 3, 2, 2), float(3, 1, 2, 2), undefined, { group: 2 }), 'GRAPH_SHAPE', 'ConvInputGradient: expected output channels in 2 groups, not 3, got float32[1,3,2,2] and float32[3,1,2,2]'],
  ['ConvInputGradient', () => ops.convTranspose2d(float(1, 1, 2, 2), float(1, 1, 1, 1), undefined, { pads: [1, 1, 1, 1] }), 'GRAPH_ATTRIBUTE', 'ConvInputGradient: expected padding that leaves an image, got size [0,0]'],
  ['ConvWeightGradient', () => ops.apply('ConvWeightGradient', [float(1, 3, 4, 4), float(1, 2, 3, 3)], { ...windows, kernel: [2, 2], group: 2 }), 'GRAPH_SHAPE', 'ConvWeightGradient: expected channels in 2 groups, not 3, got float32[1,3,4,4] and float32[1,2,3,3]'],
  ['ConvInputGradient', () => ops.apply('ConvInputGradient', [float(1, 2, 2, 2), float(3, 1, 3, 3)], { ...windows, size: [4, 4] }), 'GRAPH_SHAPE', 'ConvInputGradient: expected a cotangent [n,3,2,2], got float32[1,2,2,2] and float32[3,1,3,3]'],
  ['ConvWeightGradient', () => ops.apply('ConvWeightGradient', [float(1, 1, 4, 4), float(2, 1, 2, 2)], { ...windows, kernel: [3, 3] }), 'GRAPH_SHAPE', 'ConvWeightGradient: expected a cotangent [1,out,2,2], got float32[1,1,4,4] and float32[2,1,2,2]'],
  ['MaxPool', () => ops.maxPool2d(float(1, 1, 4, 4), { kernel: [2, 2], pads: [2, 0, 0, 0] }), 'GRAPH_ATTRIBUTE', 'MaxPool: expected 4 pads smaller than the kernel, got float32[1,1,4,4]'],
  ['MaxPool', () => ops.maxPool2d(float(1, 1, 4, 4), { kernel: [2, 2], dilations: [0, 1] }), 'GRAPH_ATTRIBUTE', 'MaxPool: expected 2 dilations of at least 1, got float32[1,1,4,4]'],
  ['MaxPoolPick', () => ops.apply('MaxPoolPick', [float(1, 1, 4, 4), float(1, 1, 4, 3)], { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }), 'GRAPH_SHAPE', 'MaxPoolPick: expected two images [1,1,4,4], got float32[1,1,4,4] and float32[1,1,4,3]'],
  ['MaxPoolPlace', () => ops.apply('MaxPoolPlace', [float(1, 1, 4, 4), float(1, 1, 2, 3)], { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }), 'GRAPH_SHAPE', 'MaxPoolPlace: expected a cotangent [1,1,2,2], got float32[1,1,4,4] and float32[1,1,2,3]'],
  ['MaxPool', () => ops.maxPool2d(float(4, 4), { kernel: [2, 2] }), 'GRAPH_SHAPE', 'MaxPool: expected a tensor of rank 4, got float32[4,4]'],
  ['AveragePool', () => ops.averagePool2d(float(1, 1, 4, 4), { kernel: [2, 0] }), 'GRAPH_ATTRIBUTE', 'AveragePool: expected 2 kernel sizes and 2 strides of at least 1, got float32[1,1,4,4]'],
  ['AveragePool', () => ops.averagePool2d(float(1, 1, 4, 4), { kernel: [5, 1] }), 'GRAPH_SHAPE', 'AveragePool: expected an image of at least 5 after padding, not 4, got float32[1,1,4,4]'],
  ['BatchNormalizationTraining', () => ops.batchNorm(float(4, 3), float(3), float(4)), 'GRAPH_SHAPE', 'BatchNormalizationTraining: expected scale and shift [3], got float32[4,3] and float32[3] and float32[4]'],
  ['BatchNormalizationTraining', () => ops.batchNorm(float(4), float(4), float(4)), 'GRAPH_SHAPE', 'BatchNormalizationTraining: expected a tensor with a channel axis, got float32[4] and float32[4] and float32[4]'],
  ['Add', () => grad((v: Tensor) => ops.sum(ops.add(v, float(5))))(float(4)), 'GRAPH_SHAPE', 'Add: expected shapes that broadcast, got float32[4] and float32[5]'],
  ['ReduceSum', () => hvp((v: Tensor) => ops.sum(v, { axes: [1] }), float(4), float(4)), 'GRAPH_ATTRIBUTE', 'ReduceSum: expected an axis in [-1, 0], not 1, got float32[4]'],
  ['grad', () => grad((v: Tensor) => ops.square(v))(float(4)), 'NOT_DIFFERENTIABLE', 'grad: expected a scalar function, got Mul: float32[4]'],
  ['grad', () => grad((v: Tensor) => ops.cast(ops.sum(v), 'int64'))(float(4)), 'NOT_DIFFERENTIABLE', 'grad: expected a scalar function, got Cast: int64[]'],
  ['derivative', () => grad((v: Tensor) => ops.sum(ops.cast(v, 'float32')))(whole(4)), 'NOT_DIFFERENTIABLE', 'derivative: expected a floating-point tensor, got Identity: int64[4]'],
  ['jvp', () => jvp((p: { w: Tensor }) => ops.sum(p.w), { w: float(4) }, {}), 'GRAPH_SHAPE', 'jvp: expected a tensor for each of 1, got none at "w"'],
  ['pushforward', () => jvp((p: { w: Tensor }) => ops.sum(p.w), { w: float(4) }, { w: float(3) }), 'GRAPH_SHAPE', 'pushforward: expected float32[4] at position 0, got float32[3]'],
  ['vjp', () => vjp((v: Tensor) => [ops.sum(v)], float(4)).pullback([float(), float()]), 'GRAPH_SHAPE', 'vjp: expected a tensor for each of 1, got one more at "1"'],
  ['pullback', () => vjp((v: Tensor) => ops.sum(v), float(4)).pullback(float(4)), 'GRAPH_SHAPE', 'pullback: expected float32[] at position 0, got float32[4]'],
  ['Gather', () => ops.interpret([ops.gather(float(2), ops.constant(hostTensor('int64', [1], [2])))], { x: hostTensor('float32', [2], [0, 0]) }), 'GRAPH_ATTRIBUTE', 'Gather: expected indices in [-2, 1], not 2, got float32[2] and int64[1]'],
  ['Input', () => ops.interpret([ops.neg(ops.input('scores', { dtype: 'float32', shape: [2] }))]), 'RUNTIME_INPUT', 'Input: expected a value for "scores", got nothing'],
];

const file = fileURLToPath(import.meta.url);
const lines = readFileSync(file, 'utf8').split('\n');

/** Operators that take every tensor there is. */
const unmistakable = ['Identity', 'StopGradient', 'Cast'];

describe('a misuse', () => {
  it.each(misuses)('of %s is an error that says what was expected, what came and where', (_, build, code, message) => {
    const line = lines.findIndex((text) => text.trimEnd().endsWith(`'${message}'],`)) + 1;
    expect(build).toThrow(ThalwegError);
    const error = thrown(build);
    expect(error.code).toBe(code);
    const place = / \(at (.+):(\d+):\d+\)$/.exec(error.message);
    expect(error.message.replace(place?.[0] ?? '', '')).toBe(message);
    expect([place?.[1], Number(place?.[2])]).toEqual([file, line]);
  });

  it('is known for every operator', () => {
    const covered = new Set(misuses.map(([operator]) => operator));
    expect(ops.operatorNames().filter((name) => !covered.has(name))).toEqual([...unmistakable].sort());
  });

  it('that only a transform can find names the line that built the operator', () => {
    const built = ops.neg(float(2)); // the line
    expect(ops.verify.bind(null, { inputs: {}, outputs: { built } })).toThrow('input "x" is not declared');
    expect(simplify({ inputs: {}, outputs: { built } }).outputs['built']!.origin).toBe(built.origin);
  });
});

function thrown(build: () => unknown): ThalwegError {
  try {
    build();
  } catch (error) {
    if (error instanceof ThalwegError) return error;
    throw error;
  }
  throw new Error('expected an error');
}

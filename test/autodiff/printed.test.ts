import { expect, it } from 'vitest';
import { grad, hvp, simplify } from '../../src/autodiff/index.ts';
import { printGraph, type Graph, type Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';

const float = (name: string, ...shape: number[]): Tensor => ops.input(name, { dtype: 'float32', shape });

function printed(graph: Graph): string {
  const simple = simplify(graph);
  ops.verify(simple);
  return printGraph(simple);
}

const labels = ops.input('labels', { dtype: 'int64', shape: [4] });
const crossEntropy = (scores: Tensor): Tensor => ops.neg(ops.mean(ops.pickLabel(ops.logSoftmax(scores), labels)));

it('the gradient of the softmax cross-entropy', () => {
  const scores = float('scores', 4, 3);
  expect(printed({ inputs: { scores, labels }, outputs: { gradient: grad(crossEntropy)(scores) } }))
    .toMatchInlineSnapshot(`
    "(scores: float32[4,3], labels: int64[4]) -> (gradient)
      %0 = Constant value={-0.25} : float32[]
      %1 = Reshape labels shape=[4,1] : int64[4,1]
      %2 = Constant value={0,1,2} : int64[3]
      %3 = Equal %1 %2 : bool[4,3]
      %4 = Cast %3 dtype=float32 : float32[4,3]
      %5 = Mul %0 %4 : float32[4,3]
      %6 = LogSoftmax scores axis=1 : float32[4,3]
      %7 = Exp %6 : float32[4,3]
      %8 = ReduceSum %5 axes=[1] : float32[4,1]
      %9 = Mul %7 %8 : float32[4,3]
      %10 = Sub %5 %9 : float32[4,3]
      gradient = %10"
  `);
});

it('the Hessian-vector product of a small network', () => {
  const x = float('x', 4, 5);
  const parameters = { first: float('first', 6, 5), second: float('second', 3, 6) };
  const vector = { first: float('v1', 6, 5), second: float('v2', 3, 6) };
  const loss = ({ first, second }: typeof parameters): Tensor =>
    ops.mean(ops.square(ops.linear(ops.relu(ops.linear(x, first)), second)));
  const inputs = { x, ...parameters, v1: vector.first, v2: vector.second };
  expect(printed({ inputs, outputs: { ...hvp(loss, parameters, vector) } })).toMatchInlineSnapshot(`
    "(x: float32[4,5], first: float32[6,5], second: float32[3,6], v1: float32[6,5], v2: float32[3,6]) -> (first, second)
      %0 = MatMul x first transA=false transB=true : float32[4,6]
      %1 = Relu %0 : float32[4,6]
      %2 = MatMul %1 second transA=false transB=true : float32[4,3]
      %3 = Constant value={0.1666666716337204} : float32[]
      %4 = Mul %2 %3 : float32[4,3]
      %5 = MatMul x v1 transA=false transB=true : float32[4,6]
      %6 = Step %1 : float32[4,6]
      %7 = Mul %5 %6 : float32[4,6]
      %8 = MatMul %7 second transA=false transB=true : float32[4,3]
      %9 = Gemm %1 v2 %8 transA=false transB=true alpha=1 : float32[4,3]
      %10 = Mul %9 %3 : float32[4,3]
      %11 = MatMul %10 second transA=false transB=false : float32[4,6]
      %12 = Gemm %4 v2 %11 transA=false transB=false alpha=1 : float32[4,6]
      %13 = Mul %12 %6 : float32[4,6]
      %14 = MatMul %13 x transA=true transB=false : float32[6,5]
      %15 = MatMul %10 %1 transA=true transB=false : float32[3,6]
      %16 = Gemm %4 %7 %15 transA=true transB=false alpha=1 : float32[3,6]
      first = %14
      second = %16"
  `);
});

it('the gradient of batch normalisation', () => {
  const [x, scale, shift] = [float('x', 8, 3), float('scale', 3), float('shift', 3)];
  const loss = (p: { x: Tensor; scale: Tensor; shift: Tensor }): Tensor =>
    ops.sum(ops.square(ops.batchNorm(p.x, p.scale, p.shift)));
  expect(printed({ inputs: { x, scale, shift }, outputs: { ...grad(loss)({ x, scale, shift }) } }))
    .toMatchInlineSnapshot(`
      "(x: float32[8,3], scale: float32[3], shift: float32[3]) -> (x, scale, shift)
        %0 = ReduceSum x axes=[0] : float32[1,3]
        %1 = Constant value={0.125} : float32[]
        %2 = Mul %0 %1 : float32[1,3]
        %3 = Sub x %2 : float32[8,3]
        %4 = Reshape scale shape=[1,3] : float32[1,3]
        %5 = Mul %3 %3 : float32[8,3]
        %6 = ReduceSum %5 axes=[0] : float32[1,3]
        %7 = Mul %6 %1 : float32[1,3]
        %8 = Constant value={0.000009999999747378752} : float32[]
        %9 = Add %7 %8 : float32[1,3]
        %10 = Sqrt %9 : float32[1,3]
        %11 = Reciprocal %10 : float32[1,3]
        %12 = Mul %4 %11 : float32[1,3]
        %13 = Mul %3 %12 : float32[8,3]
        %14 = Reshape shift shape=[1,3] : float32[1,3]
        %15 = Add %13 %14 : float32[8,3]
        %16 = Constant value={2} : float32[]
        %17 = Mul %15 %16 : float32[8,3]
        %18 = Mul %17 %12 : float32[8,3]
        %19 = Mul %12 %11 : float32[1,3]
        %20 = Mul %17 %3 : float32[8,3]
        %21 = ReduceSum %20 axes=[0] : float32[1,3]
        %22 = Mul %21 %11 : float32[1,3]
        %23 = Constant value={-0.125} : float32[]
        %24 = Mul %22 %23 : float32[1,3]
        %25 = Mul %19 %24 : float32[1,3]
        %26 = Mul %3 %25 : float32[8,3]
        %27 = Add %18 %26 : float32[8,3]
        %28 = ReduceSum %17 axes=[0] : float32[1,3]
        %29 = Mul %12 %28 : float32[1,3]
        %30 = Mul %29 %23 : float32[1,3]
        %31 = Add %27 %30 : float32[8,3]
        %32 = Reshape %22 shape=[3] : float32[3]
        %33 = Reshape %28 shape=[3] : float32[3]
        x = %31
        scale = %32
        shift = %33"
    `);
});

it('the gradient of a convolution under a max-pool', () => {
  const [x, weight] = [float('x', 2, 3, 6, 6), float('weight', 4, 3, 3, 3)];
  const loss = (w: Tensor): Tensor =>
    ops.sum(
      ops.square(ops.maxPool2d(ops.relu(ops.conv2d(x, w, undefined, { pads: [1, 1, 1, 1] })), { kernel: [2, 2] })),
    );
  expect(printed({ inputs: { x, weight }, outputs: { gradient: grad(loss)(weight) } })).toMatchInlineSnapshot(`
    "(x: float32[2,3,6,6], weight: float32[4,3,3,3]) -> (gradient)
      %0 = Conv x weight strides=[1,1] pads=[1,1,1,1] dilations=[1,1] : float32[2,4,6,6]
      %1 = Relu %0 : float32[2,4,6,6]
      %2 = MaxPool %1 kernel=[2,2] strides=[2,2] pads=[0,0,0,0] : float32[2,4,3,3]
      %3 = Constant value={2} : float32[]
      %4 = Mul %2 %3 : float32[2,4,3,3]
      %5 = MaxPoolPlace %1 %4 kernel=[2,2] strides=[2,2] pads=[0,0,0,0] : float32[2,4,6,6]
      %6 = Step %1 : float32[2,4,6,6]
      %7 = Mul %5 %6 : float32[2,4,6,6]
      %8 = ConvWeightGradient x %7 strides=[1,1] pads=[1,1,1,1] dilations=[1,1] kernel=[3,3] : float32[4,3,3,3]
      gradient = %8"
  `);
});

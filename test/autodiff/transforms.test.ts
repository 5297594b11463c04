import { describe, expect, it } from 'vitest';
import { grad, hvp, jvp, simplify } from '../../src/autodiff/index.ts';
import { hostTensor } from '../../src/base/index.ts';
import { printGraph, type Graph, type Tensor } from '../../src/graph/index.ts';
import { input, interpret, linear, mean, mul, relu, sin, square, sum, verify } from '../../src/ops/index.ts';

const x = input('x', { dtype: 'float64', shape: [3] });
const at = { x: hostTensor('float64', [3], [0.3, -0.5, 2]) };
const values = (tensor: Tensor): number[] => Array.from(interpret([tensor], at)[0]!.data);

describe('derivatives of functions', () => {
  it('give the gradient of a sum of squares', () => {
    expect(values(grad((v: Tensor) => sum(square(v)))(x))).toEqual([0.6, -1, 4]);
  });

  it('nest: the third derivative of x⁴ by three gradients', () => {
    const fourth = (v: Tensor): Tensor => sum(square(square(v)));
    const second = grad((v: Tensor) => sum(grad(fourth)(v)));
    const third = grad((v: Tensor) => sum(second(v)));
    const expected = [0.3, -0.5, 2].map((v) => 24 * v);
    values(third(x)).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 12));
  });

  it('treat a value used from outside as a constant', () => {
    // d/dy (x·y) at y = x is x, not 2x
    expect(values(grad((y: Tensor) => sum(mul(x, y)))(x))).toEqual([0.3, -0.5, 2]);
  });

  it('give the same second directional derivative by jvp of jvp and by the Hessian-vector product', () => {
    const f = (v: Tensor): Tensor => sum(mul(sin(v), square(v)));
    const direction = square(x);
    const twice = jvp((v: Tensor) => jvp(f, v, direction).tangent, x, direction).tangent;
    const product = sum(mul(hvp(f, x, direction), direction));
    expect(values(twice)[0]).toBeCloseTo(values(product)[0]!, 12);
  });

  it('print as a short graph for a layer and its gradient', () => {
    const inputs = {
      x: input('x', { dtype: 'float32', shape: [4, 3] }),
      weight: input('weight', { dtype: 'float32', shape: [2, 3] }),
      bias: input('bias', { dtype: 'float32', shape: [2] }),
    };
    const loss = (p: { weight: Tensor; bias: Tensor }): Tensor => mean(relu(linear(inputs.x, p.weight, p.bias)));
    const gradient = grad(loss)({ weight: inputs.weight, bias: inputs.bias });
    const graph: Graph = simplify({ inputs, outputs: { ...gradient } });
    verify(graph);
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "(x: float32[4,3], weight: float32[2,3], bias: float32[2]) -> (weight, bias)
        %0 = Constant value={0.125} : float32[1,1]
        %1 = Gemm x weight bias transA=false transB=true alpha=1 : float32[4,2]
        %2 = Relu %1 : float32[4,2]
        %3 = Step %2 : float32[4,2]
        %4 = Mul %0 %3 : float32[4,2]
        %5 = MatMul %4 x transA=true transB=false : float32[2,3]
        %6 = ReduceSum %4 axes=[0] : float32[1,2]
        %7 = Reshape %6 shape=[2] : float32[2]
        weight = %5
        bias = %7"
    `);
  });
});

import { int, type Tensor } from '../../graph/index.ts';
import { define } from '../apply.ts';
import { exp, mul, sub, sum } from '../build/index.ts';
import type { Dense, PrimitiveOperator } from '../definition.ts';
import { number, requireFloat } from '../infer.ts';
import { broadcastPositions, dense } from './dense.ts';

const along = (tensor: Tensor) => ({ axes: [number(tensor.attributes, 'axis')], keep: true });

/** `log Σ exp(x)` along `axis` for every element of `x`, safe for large values. */
function logNormaliser(x: Dense, axis: number): Float64Array {
  const shape = x.shape.map((size, index) => (index === axis ? 1 : size));
  const positions = broadcastPositions(shape, x.shape);
  const top = dense(shape).data.fill(-Infinity);
  const total = dense(shape).data;
  positions.forEach((group, position) => (top[group] = Math.max(top[group]!, x.data[position]!)));
  positions.forEach((group, position) => (total[group]! += Math.exp(x.data[position]! - top[group]!)));
  return Float64Array.from(positions, (group) => top[group]! + Math.log(total[group]!));
}

const shared = (name: string): Pick<PrimitiveOperator, 'kind' | 'name' | 'infer' | 'lower'> => ({
  kind: 'primitive',
  name,
  infer: ([x]) => (requireFloat(x!), x!),
  lower: (lowering, tensor, inputs) => lowering.node(name, inputs, { axis: int(number(tensor.attributes, 'axis')) }),
});

// The Jacobian diag(s) − ssᵀ is symmetric: forward and reverse are s∘(t − ⟨s, t⟩)
const softmaxProduct = (s: Tensor, t: Tensor): Tensor => mul(s, sub(t, sum(mul(s, t), along(s))));

define({
  ...shared('Softmax'),
  reference([x], attributes) {
    const normaliser = logNormaliser(x!, number(attributes, 'axis'));
    return { shape: x!.shape, data: x!.data.map((value, position) => Math.exp(value - normaliser[position]!)) };
  },
  jvp: (output, [tangent]) => softmaxProduct(output, tangent!),
  vjp: (output, cotangent) => [softmaxProduct(output, cotangent)],
} satisfies PrimitiveOperator);

define({
  ...shared('LogSoftmax'),
  reference([x], attributes) {
    const normaliser = logNormaliser(x!, number(attributes, 'axis'));
    return { shape: x!.shape, data: x!.data.map((value, position) => value - normaliser[position]!) };
  },
  // ẏ = ẋ − ⟨s, ẋ⟩, with s = exp(y)
  jvp: (output, [tangent]) => sub(tangent!, sum(mul(exp(output), tangent!), along(output))),
  // x̄ = ȳ − s·Σȳ
  vjp: (output, cotangent) => [sub(cotangent, mul(exp(output), sum(cotangent, along(output))))],
} satisfies PrimitiveOperator);

import type { Tensor } from '../../graph/index.ts';
import { define } from '../apply.ts';
import { add, batchMoments, mul, reciprocal, reshape, sqrt, statisticsAxes, sub, sum } from '../build/index.ts';
import type { CompositeOperator } from '../definition.ts';
import { commonDType, number, requireFloat, sameShape, shapeError } from '../infer.ts';
import type { Attributes } from '../../graph/index.ts';

const perChannel = (vector: Tensor, x: Tensor): Tensor =>
  reshape(
    vector,
    x.shape.map((_, axis) => (axis === 1 ? -1 : 1)),
  );

/**
 * The centred `d = x − μ` and `1/√(σ² + ε)`, of which `x̂ = d/√(σ² + ε)` is made: all passes over the image but the first
 * then take one coefficient a channel. Built anew by each rule; simplification finds the common parts.
 */
function centred(x: Tensor, attributes: Attributes): { centre: Tensor; inverse: Tensor } {
  const { mean, variance } = batchMoments(x);
  return { centre: sub(x, mean), inverse: reciprocal(sqrt(add(variance, number(attributes, 'epsilon')))) };
}

define({
  kind: 'composite',
  name: 'BatchNormalizationTraining',
  infer([x, scale, shift]) {
    requireFloat(x!, scale!, shift!);
    const channels = x!.shape[1] ?? shapeError('a tensor with a channel axis');
    if (!sameShape(scale!.shape, [channels]) || !sameShape(shift!.shape, [channels]))
      shapeError(`scale and shift [${channels}]`);
    return { dtype: commonDType([x!, scale!, shift!]), shape: x!.shape };
  },
  decompose([x, scale, shift], attributes) {
    const { centre, inverse } = centred(x!, attributes);
    return add(mul(centre, mul(perChannel(scale!, x!), inverse)), perChannel(shift!, x!));
  },
  // With m elements per channel and r = 1/√(σ²+ε): β̄ = Σȳ, γ̄ = r·Σ ȳd, x̄ = γr·(ȳ − β̄/m − d·r·γ̄/m)
  vjp(output, cotangent) {
    const [x, scale] = output.inputs as [Tensor, Tensor, Tensor];
    const { centre, inverse } = centred(x, output.attributes);
    const axes = statisticsAxes(x);
    const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
    const shiftBar = sum(cotangent, { axes, keep: true });
    const scaleBar = mul(sum(mul(cotangent, centre), { axes, keep: true }), inverse);
    const factor = mul(perChannel(scale, x), inverse);
    const slope = mul(mul(factor, inverse), mul(scaleBar, -1 / count));
    const offset = mul(mul(factor, shiftBar), -1 / count);
    return [
      add(add(mul(cotangent, factor), mul(centre, slope)), offset),
      reshape(scaleBar, scale.shape),
      reshape(shiftBar, scale.shape),
    ];
  },
} satisfies CompositeOperator);

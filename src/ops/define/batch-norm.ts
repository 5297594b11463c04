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

/** `x̂ = (x − μ)/√(σ² + ε)` and `1/√(σ² + ε)`. Built anew by each rule; simplification finds the common parts. */
function normalised(x: Tensor, attributes: Attributes): { standard: Tensor; inverse: Tensor } {
  const { mean, variance } = batchMoments(x);
  const inverse = reciprocal(sqrt(add(variance, number(attributes, 'epsilon'))));
  return { standard: mul(sub(x, mean), inverse), inverse };
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
    return add(mul(normalised(x!, attributes).standard, perChannel(scale!, x!)), perChannel(shift!, x!));
  },
  // With m elements per channel: β̄ = Σȳ, γ̄ = Σ ȳx̂, x̄ = γ/√(σ²+ε) · (ȳ − β̄/m − x̂·γ̄/m)
  vjp(output, cotangent) {
    const [x, scale] = output.inputs as [Tensor, Tensor, Tensor];
    const { standard, inverse } = normalised(x, output.attributes);
    const axes = statisticsAxes(x);
    const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
    const shiftBar = sum(cotangent, { axes, keep: true });
    const scaleBar = sum(mul(cotangent, standard), { axes, keep: true });
    const centred = sub(sub(cotangent, mul(shiftBar, 1 / count)), mul(standard, mul(scaleBar, 1 / count)));
    return [
      mul(centred, mul(perChannel(scale, x), inverse)),
      reshape(scaleBar, scale.shape),
      reshape(shiftBar, scale.shape),
    ];
  },
} satisfies CompositeOperator);

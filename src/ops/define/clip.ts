import { scalar } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { define } from '../apply.ts';
import { equal, where } from '../build/index.ts';
import type { PrimitiveOperator } from '../definition.ts';
import { attributeError, number, requireFloat } from '../infer.ts';

/** A tangent where the value was not changed, else 0. */
const inside = (output: Tensor, tangent: Tensor): Tensor => where(equal(output.inputs[0]!, output), tangent, 0);

define({
  kind: 'primitive',
  name: 'Clip',
  infer([x], attributes) {
    requireFloat(x!);
    const [low, high] = [number(attributes, 'low'), number(attributes, 'high')];
    if (!(low <= high)) attributeError(`low ≤ high, not ${low} and ${high}`);
    return x!;
  },
  reference: ([x], attributes) => ({
    shape: x!.shape,
    data: x!.data.map((v) => Math.min(Math.max(v, number(attributes, 'low')), number(attributes, 'high'))),
  }),
  jvp: (output, [tangent]) => inside(output, tangent!),
  vjp: (output, cotangent) => [inside(output, cotangent)],
  lower(lowering, tensor, [x]) {
    const bound = (name: string): string => lowering.constant(scalar(number(tensor.attributes, name), tensor.dtype));
    return lowering.node('Clip', [x!, bound('low'), bound('high')]);
  },
} satisfies PrimitiveOperator);

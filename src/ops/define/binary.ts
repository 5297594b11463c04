import type { Tensor } from '../../graph/index.ts';
import { define } from '../apply.ts';
import {
  add,
  broadcastTo,
  div,
  isForEach,
  log,
  mul,
  neg,
  pow,
  sign,
  sub,
  sumTo,
  sumToEach,
  where,
  zerosLike,
} from '../build/index.ts';
import type { PrimitiveOperator, Zero } from '../definition.ts';
import { broadcastShapes, commonDType, requireDType, requireFloat, typeError } from '../infer.ts';
import { mapDense } from './dense.ts';

/** A factor of the derivative with respect to one operand, applied to a tangent or cotangent of the result's shape. */
type Factor = (tangent: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor;

/**
 * `y = f(a, b)` element by element with broadcasting. `left` and `right` multiply a tangent by ∂f/∂a and ∂f/∂b. Reverse
 * sums over what was broadcast; forward broadcasts what has the smaller shape.
 */
function binary(name: string, value: (a: number, b: number) => number, left: Factor, right: Factor): void {
  define({
    kind: 'primitive',
    name,
    infer: ([a, b]) => {
      requireFloat(a!, b!);
      return { dtype: commonDType([a!, b!]), shape: broadcastShapes(a!.shape, b!.shape) };
    },
    reference: (inputs, _, type) => mapDense(type.shape, inputs, value),
    jvp(output, [da, db]) {
      const [a, b] = output.inputs as [Tensor, Tensor];
      const terms = [da && left(da, a, b, output), db && right(db, a, b, output)].filter((term) => term !== null);
      return broadcastTo(
        terms.reduce((one, other) => add(one!, other!))!,
        output.shape,
      );
    },
    vjp(output, cotangent, wanted) {
      const [a, b] = output.inputs as [Tensor, Tensor];
      return [
        wanted[0] ? sumTo(left(cotangent, a, b, output), a.shape) : null,
        wanted[1] ? sumTo(right(cotangent, a, b, output), b.shape) : null,
      ];
    },
    perExample(output, operand) {
      const [a, b] = output.inputs as [Tensor, Tensor];
      const { shape } = output.inputs[operand]!;
      const factor = operand === 0 ? left : right;
      if (!isForEach(output, shape)) return null;
      return (cotangent) => ({ kind: 'explicit', gradient: sumToEach(factor(cotangent, a, b, output), shape) });
    },
    lower: (lowering, _, inputs) => lowering.node(name, inputs),
  } satisfies PrimitiveOperator);
}

// (a + b)˙ = ȧ + ḃ
binary(
  'Add',
  (a, b) => a + b,
  (t) => t,
  (t) => t,
);
// (a − b)˙ = ȧ − ḃ
binary(
  'Sub',
  (a, b) => a - b,
  (t) => t,
  (t) => neg(t),
);
// (ab)˙ = ȧb + aḃ
binary(
  'Mul',
  (a, b) => a * b,
  (t, _, b) => mul(t, b),
  (t, a) => mul(t, a),
);
// (a/b)˙ = ȧ/b − (a/b)ḃ/b
binary(
  'Div',
  (a, b) => a / b,
  (t, _, b) => div(t, b),
  (t, _, b, y) => neg(mul(t, div(y, b))),
);
// (aᵇ)˙ = b·aᵇ⁻¹·ȧ + aᵇ·log a·ḃ
binary(
  'Pow',
  (a, b) => a ** b,
  (t, a, b) => mul(t, mul(b, pow(a, sub(b, 1)))),
  (t, a, _, y) => mul(t, mul(y, log(a))),
);

/** ½(1 + sign(a − b)): 1 where a is larger, ½ where both are equal, 0 elsewhere. */
const share = (a: Tensor, b: Tensor): Tensor => mul(add(sign(sub(a, b)), 1), 0.5);
binary(
  'Max',
  Math.max,
  (t, a, b) => mul(t, share(a, b)),
  (t, a, b) => mul(t, share(b, a)),
);
binary(
  'Min',
  Math.min,
  (t, a, b) => mul(t, share(b, a)),
  (t, a, b) => mul(t, share(a, b)),
);

/** Comparison or logic: a `bool` result without a derivative. */
function predicate(name: string, operands: 'any' | 'number' | 'bool', value: (a: number, b: number) => boolean): void {
  define({
    kind: 'primitive',
    name,
    infer: ([a, b]) => {
      const dtype = commonDType([a!, b!]);
      if (operands === 'bool') requireDType('bool', a!);
      if (operands === 'number' && dtype === 'bool') typeError('numbers');
      return { dtype: 'bool', shape: broadcastShapes(a!.shape, b!.shape) };
    },
    reference: (inputs, _, type) => mapDense(type.shape, inputs, (a, b) => (value(a, b) ? 1 : 0)),
    jvp: () => null,
    vjp: () => [null, null],
    lower: (lowering, _, inputs) => lowering.node(name, inputs),
  } satisfies PrimitiveOperator);
}

predicate('Equal', 'any', (a, b) => a === b);
predicate('Less', 'number', (a, b) => a < b);
predicate('Greater', 'number', (a, b) => a > b);
predicate('And', 'bool', (a, b) => a !== 0 && b !== 0);
predicate('Or', 'bool', (a, b) => a !== 0 || b !== 0);

define({
  kind: 'primitive',
  name: 'Where',
  infer: ([condition, a, b]) => {
    requireDType('bool', condition!);
    return {
      dtype: commonDType([a!, b!]),
      shape: broadcastShapes(condition!.shape, broadcastShapes(a!.shape, b!.shape)),
    };
  },
  reference: (inputs, _, type) => mapDense(type.shape, inputs, (condition, a, b) => (condition !== 0 ? a : b)),
  jvp(output, [, da, db]): Tensor | Zero {
    const or = (tangent: Tensor | Zero | undefined): Tensor => tangent ?? zerosLike({ dtype: output.dtype, shape: [] });
    return da || db ? broadcastTo(where(output.inputs[0]!, or(da), or(db)), output.shape) : null;
  },
  vjp(output, cotangent, wanted) {
    const [condition, a, b] = output.inputs as [Tensor, Tensor, Tensor];
    return [
      null,
      wanted[1] ? sumTo(where(condition, cotangent, 0), a.shape) : null,
      wanted[2] ? sumTo(where(condition, 0, cotangent), b.shape) : null,
    ];
  },
  lower: (lowering, _, inputs) => lowering.node('Where', inputs),
} satisfies PrimitiveOperator);

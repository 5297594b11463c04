import { float, int, type Tensor } from '../../graph/index.ts';
import { definitionOf, define } from '../apply.ts';
import { add, broadcastTo, isForEach, matmul, mul, sumTo, sumToEach } from '../build/index.ts';
import type { PrimitiveOperator } from '../definition.ts';
import { broadcastsTo, commonDType, flag, number, shapeError } from '../infer.ts';
import { mapDense } from './dense.ts';
import { weightGradients } from './matmul.ts';

const options = (tensor: Tensor) => ({
  transA: flag(tensor.attributes, 'transA'),
  transB: flag(tensor.attributes, 'transB'),
});
const alphaOf = (tensor: Tensor): number => number(tensor.attributes, 'alpha');

/**
 * `α·op(A)·op(B) + C` for matrices A and B, C broadcast: a product and a sum in one pass over the result. Simplification
 * makes it of a product that is added to something; user code writes `add(c, matmul(a, b))`.
 */
define({
  kind: 'primitive',
  name: 'Gemm',
  infer([a, b, c], attributes) {
    const product = definitionOf('MatMul').infer([a!, b!], attributes);
    if (product.shape.length !== 2) shapeError('matrices (rank 2)');
    if (!broadcastsTo(c!.shape, product.shape)) shapeError(`an addend that broadcasts to [${product.shape.join(',')}]`);
    return { dtype: commonDType([a!, b!, c!]), shape: product.shape };
  },
  reference([a, b, c], attributes, type) {
    const product = (definitionOf('MatMul') as PrimitiveOperator).reference([a!, b!], attributes, type);
    return mapDense(type.shape, [product, c!], (p, addend) => number(attributes, 'alpha') * p + addend);
  },
  // (αAB + C)˙ = αȦB + αAḂ + Ċ
  jvp(output, [da, db, dc]) {
    const [a, b] = output.inputs as [Tensor, Tensor, Tensor];
    const terms = [
      da && mul(matmul(da, b, options(output)), alphaOf(output)),
      db && mul(matmul(a, db, options(output)), alphaOf(output)),
      dc,
    ].filter((term) => term !== null && term !== undefined);
    const total = terms.reduce((one, other) => add(one, other));
    return broadcastTo(total, output.shape);
  },
  // Ā and B̄ are those of the product with cotangent αȲ; C̄ is Ȳ summed over what was broadcast
  vjp(output, cotangent, wanted) {
    const [a, b, c] = output.inputs as [Tensor, Tensor, Tensor];
    const product = matmul(a, b, options(output));
    const [forA, forB] = definitionOf('MatMul').vjp(product, mul(cotangent, alphaOf(output)), wanted.slice(0, 2));
    return [forA ?? null, forB ?? null, wanted[2] ? sumTo(cotangent, c.shape) : null];
  },
  perExample(output, operand) {
    if (operand < 2) {
      const ofProduct = weightGradients(output, operand);
      return ofProduct && ((cotangent) => ofProduct(mul(cotangent, alphaOf(output))));
    }
    const { shape } = output.inputs[2]!;
    if (!isForEach(output, shape)) return null;
    return (cotangent) => ({ kind: 'explicit', gradient: sumToEach(cotangent, shape) });
  },
  lower: (lowering, tensor, inputs) =>
    lowering.node('Gemm', inputs, {
      alpha: float(alphaOf(tensor)),
      transA: int(Number(flag(tensor.attributes, 'transA'))),
      transB: int(Number(flag(tensor.attributes, 'transB'))),
    }),
} satisfies PrimitiveOperator);

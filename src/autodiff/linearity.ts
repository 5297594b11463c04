import { isFloat, ThalwegError } from '../base/index.ts';
import { topologicalOrder, type Tensor } from '../graph/index.ts';
import { atUserLine, definitionOf } from '../ops/index.ts';

/** Operators that are linear in all their inputs together. */
const linear = new Set([
  'Identity',
  'StopGradient',
  'Add',
  'Sub',
  'Neg',
  'Reshape',
  'Transpose',
  'Expand',
  'Slice',
  'Concat',
  'ReduceSum',
  'Total',
  'AveragePool',
  'CumSum',
]);
/** Operators that are linear in each of their first two inputs alone, and affine in a third. */
const bilinear = new Set(['Mul', 'MatMul', 'Gemm', 'Conv', 'ConvInputGradient', 'ConvWeightGradient']);
/** Operators that are linear in pieces. */
const inPieces = new Set(['Relu', 'LeakyRelu', 'Abs', 'Max', 'Min', 'ReduceMax', 'MaxPool', 'Cast', 'Clip']);
/** Operators whose derivative is zero wherever there is one. */
const constantInPieces = new Set(['Sign', 'Step', 'Floor', 'Ceil', 'Round', 'StopGradient']);

/** Whether an operator is an affine function of the inputs that move, when the others are fixed. */
export function isAffine({ operator, attributes }: Tensor, moving: readonly boolean[]): boolean {
  if (linear.has(operator)) return true;
  if (bilinear.has(operator)) return !(moving[0] && moving[1]);
  if (operator === 'Div') return !moving[1];
  // Padding with −∞, as max-pooling does, has no points between its ends.
  return operator === 'Pad' && Number.isFinite(attributes['value']);
}

/** Whether an operator is a linear function of the inputs that move, at least one: affine, without a constant part. */
export function isLinear(tensor: Tensor, moving: readonly boolean[]): boolean {
  if (!isAffine(tensor, moving)) return false;
  if (linear.has(tensor.operator)) return moving.every((moves) => moves);
  if (tensor.operator === 'Gemm') return (moving[0]! || moving[1]!) && moving[2] !== false;
  return tensor.operator !== 'Pad' || tensor.attributes['value'] === 0;
}

const isAffineInPieces = (tensor: Tensor, moving: readonly boolean[]): boolean =>
  isAffine(tensor, moving) ||
  inPieces.has(tensor.operator) ||
  tensor.operator === 'Where' ||
  isSelection(tensor, moving);

const picks = new Set(['Gather', 'GatherElements', 'GatherND']);
const places = new Set(['ScatterElements', 'ScatterND']);

/** Elements that move, picked or placed by indices that do not. */
const isSelection = ({ operator }: Tensor, moving: readonly boolean[]): boolean =>
  (picks.has(operator) && !moving[1]) || (places.has(operator) && !moving[0]);

/**
 * Refuses a graph in which `output` is not, as a function of each parameter alone, affine in pieces: then the second
 * derivative of the output along any coordinate of a parameter is zero almost everywhere. Throws `NO_EXACT_TRACE` with the
 * parameter and the operator that is the reason.
 */
export function requirePiecewiseLinear(output: Tensor, parameters: Readonly<Record<string, Tensor>>): void {
  const order = topologicalOrder([output]);
  for (const [name, parameter] of Object.entries(parameters)) {
    const reason = firstCurved(order, parameter);
    if (reason)
      throw new ThalwegError(
        'NO_EXACT_TRACE',
        `exact Hessian trace: expected scores that are piecewise linear in parameter "${name}", got ${reason.toString()}${manner(reason)} on the way${atUserLine(reason.origin)}`,
      );
  }
}

/** A product is no obstacle by itself, only when both factors move. */
const manner = ({ operator }: Tensor): string =>
  bilinear.has(operator) ? ' with the parameter in both factors' : operator === 'Div' ? ' with it in the divisor' : '';

/** The first operator through which a parameter acts otherwise than affinely in pieces. */
function firstCurved(order: readonly Tensor[], parameter: Tensor): Tensor | undefined {
  const moving = new Set([parameter]);
  for (const tensor of order) {
    const moves = tensor.inputs.map((input) => moving.has(input));
    if (!moves.includes(true) || !isFloat(tensor.dtype) || constantInPieces.has(tensor.operator)) continue;
    const isComposite = definitionOf(tensor.operator).kind === 'composite';
    if (isComposite || !isAffineInPieces(tensor, moves)) return tensor;
    moving.add(tensor);
  }
  return undefined;
}

import { elementwise, pullback, pushforward } from '../autodiff/index.ts';
import { sameShape, ThalwegError, toFloat64 } from '../base/index.ts';
import { dependents, topologicalOrder, type Tensor } from '../graph/index.ts';
import type { ParameterTensors } from '../nn/index.ts';
import { atUserLine, onesLike } from '../ops/index.ts';
import { asHost } from '../runtime/index.ts';
import { parameterTypes } from '../train/index.ts';
import type { MeasuredNetwork } from './network.ts';

/**
 * Trace of the Hessian of the objective's penalty R(θ): λ for each counted element of `½λ‖θ‖²`, 0 without a penalty. Throws
 * `NO_EXACT_TRACE` for a penalty whose Hessian is not diagonal by construction.
 */
export async function penaltyTrace(network: MeasuredNetwork): Promise<number> {
  const program = await compilePenaltyDiagonal(network);
  if (!program) return 0;
  try {
    const { parameters } = network;
    const diagonal = Object.values(await program.run({ parameters })).map((part) => toFloat64(asHost(part)));
    return diagonal.reduce((total, part) => part.reduce((sum, element) => sum + element, total), 0);
  } finally {
    await program.release();
  }
}

/** The diagonal of the penalty's Hessian, by parameter; null without a penalty. Throws as {@link penaltyTrace}. */
export async function compilePenaltyDiagonal({ runtime, objective: { model, penalty } }: MeasuredNetwork) {
  if (!penalty) return null;
  return runtime.compile(
    (inputs) => diagonalOf(penalty, inputs.parameters),
    { parameters: parameterTypes(model) },
    { name: 'penalty-diagonal' },
  );
}

/** The diagonal of a diagonal Hessian is its product with a vector of ones. */
function diagonalOf(
  penalty: (parameters: ParameterTensors) => Tensor | null,
  parameters: ParameterTensors,
): Record<string, Tensor> {
  const value = penalty(parameters);
  if (!value) return {};
  const sources = Object.values(parameters);
  const gradient = pullback([value], [onesLike(value)], sources);
  gradient.forEach((part, index) => requireOwn(part, sources[index]!, sources));
  const diagonal = pushforward(gradient, sources, sources.map(onesLike));
  return Object.fromEntries(Object.keys(parameters).map((name, index) => [name, diagonal[index]!]));
}

/** Refuses a gradient whose elements depend on anything else than their own parameter. */
function requireOwn(gradient: Tensor, own: Tensor, parameters: readonly Tensor[]): void {
  const order = topologicalOrder([gradient]);
  const active = dependents(order, parameters);
  const coupling = order.find(
    (tensor) =>
      active.has(tensor) && tensor !== own && !(elementwise.has(tensor.operator) && sameShape(tensor.shape, own.shape)),
  );
  if (coupling)
    throw new ThalwegError(
      'NO_EXACT_TRACE',
      `exact Hessian trace: expected a penalty that is a sum over single parameters, got a derivative with ${coupling.toString()}${atUserLine(coupling.origin)}`,
    );
}

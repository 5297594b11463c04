import { perExampleGradients, pullback, requirePiecewiseLinear } from '../autodiff/index.ts';
import { ThalwegError, type ErrorCode } from '../base/index.ts';
import type { Model } from '../nn/index.ts';
import { onesLike } from '../ops/index.ts';
import { probe } from './network.ts';

/** Whether something can be measured, and why not. */
export interface Applicability {
  readonly applies: boolean;
  /** The reason, with the node, where it does not. */
  readonly reason?: string;
}

/** What can be measured of a network. */
export interface MethodReport {
  /** Gradients, Hessian-vector products, everything that random probes estimate. */
  readonly derivatives: Applicability;
  /** Norms and moments of the gradients of single examples, without a loop over examples (batch normalisation in evaluation). */
  readonly perExample: Applicability;
  /** Exact Hessian traces of single examples (scores piecewise linear in each parameter alone; evaluation mode). */
  readonly exactTraces: Applicability;
}

/** Tries each method on two examples, symbolically: nothing is computed. */
export function methodsFor(model: Model, batch: number | null): MethodReport {
  const { scores, parameters, x } = probe(model, batch ?? 2);
  const ones = onesLike(scores);
  const derivatives = attempt(['NOT_DIFFERENTIABLE', 'GRAPH_TYPE', 'GRAPH_ATTRIBUTE', 'GRAPH_SHAPE'], () =>
    pullback([scores], [ones], Object.values(parameters)),
  );
  const perExample = attempt(['NO_PER_EXAMPLE_RULE', 'NOT_DIFFERENTIABLE'], () =>
    perExampleGradients(scores, parameters, [x])(ones),
  );
  const piecewise = attempt(['NO_EXACT_TRACE'], () => requirePiecewiseLinear(scores, parameters));
  return { derivatives, perExample, exactTraces: perExample.applies ? piecewise : perExample };
}

function attempt(codes: readonly ErrorCode[], action: () => unknown): Applicability {
  try {
    action();
    return { applies: true };
  } catch (error) {
    if (!(error instanceof ThalwegError) || !codes.includes(error.code)) throw error;
    return { applies: false, reason: error.message };
  }
}

import { checkInteger, checkSymmetric, inputError } from './check.ts';
import { checkStopping, estimateMean, single, type Estimate } from './estimate.ts';
import { probesOf, type HutchinsonOptions } from './hutchinson.ts';
import type { LinearOperator } from './operator.ts';
import { integrate, lanczosQuadrature } from './quadrature.ts';

/** Options of {@link traceOfFunction}. */
export interface TraceOfFunctionOptions extends Omit<HutchinsonOptions, 'probesAtOnce'> {
  /** m: Lanczos steps, hence products, for each probe; in [1, n]. Exact for polynomials up to degree 2m − 1. */
  readonly steps: number;
}

/**
 * `tr f(A) = Σᵢ f(λᵢ)` of a symmetric operator by stochastic Lanczos quadrature (Ubaru, Chen, Saad 2017): the mean over
 * probes of `n·Σⱼ wⱼ f(θⱼ)`, e.g. `f = λ²` for ‖A‖_F², `f = |λ|`, `f = log(λ + σ)`. The standard error is that of the
 * probes; what m nodes miss of a function that is no polynomial of low degree is not in it.
 *
 * @param f must be finite at the Ritz values, which lie between the smallest and the largest eigenvalue
 */
export async function traceOfFunction(
  operator: LinearOperator,
  f: (lambda: number) => number,
  options: TraceOfFunctionOptions,
): Promise<Estimate> {
  const subject = 'trace of function';
  const { steps: productsPerProbe } = options;
  checkSymmetric(subject, operator);
  checkInteger(subject, 'steps', productsPerProbe, [1, operator.size]);
  checkStopping(subject, options, 2 * productsPerProbe);
  const finite = (lambda: number): number => {
    const value = f(lambda);
    if (!Number.isFinite(value)) throw inputError(subject, `expected a finite f(${lambda})`, value);
    return value;
  };
  const draw = probesOf(operator, subject, options);
  const sample = async (first: number) => {
    const [probe] = draw(first, 1);
    const quadrature = await lanczosQuadrature(operator, probe!, productsPerProbe);
    return { samples: [[operator.size * integrate(quadrature, finite)]], products: quadrature.nodes.length };
  };
  return single(await estimateMean({ subject, sample, productsPerProbe }, { ...options, probesAtOnce: 1 }));
}

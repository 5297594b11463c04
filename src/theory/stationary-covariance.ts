import { Matrix } from 'ml-matrix';
import { requirePositive, wrongUse } from './check.ts';
import { asMatrix, eigenbasis, frobeniusNorm, requireSymmetric, symmetricRows, type SquareMatrix } from './matrix.ts';

/**
 * Γ with `ΓH + HΓ = S` for symmetric H, S (row F-ricc; a Lyapunov equation): with `H = Q diag(λ) Qᵀ`,
 * `(QᵀΓQ)_ij = (QᵀSQ)_ij/(λ_i + λ_j)`.
 *
 * With S = σ², the covariance of the gradients of the examples, Γ is the stationary covariance of the Ornstein–Uhlenbeck limit
 * `V = √(m/δ)(x − X)`; the covariance of the iterates themselves is `(δ/m)Γ` to first order in δ.
 *
 * Throws `USAGE` unless H is positive definite and S of its size.
 */
export function solveLyapunov(hessian: SquareMatrix, noise: SquareMatrix): number[][] {
  return inEigenbasis('lyapunov', hessian, noise, (a, b) => 1 / (a + b));
}

/** `‖ΓH + HΓ − S‖_F/‖S‖_F`: how well Γ solves the equation. */
export function lyapunovResidual(gamma: SquareMatrix, hessian: SquareMatrix, noise: SquareMatrix): number {
  const [g, h] = [asMatrix(gamma), asMatrix(hessian)];
  const residual = Matrix.sub(Matrix.add(g.mmul(h), h.mmul(g)), asMatrix(noise));
  return frobeniusNorm(residual.to2DArray()) / frobeniusNorm(noise);
}

/**
 * The stationary covariance of SGD with a finite step on a quadratic with additive noise: the solution of
 * `C = (I − δH) C (I − δH) + (δ²/m) S`, in H's eigenbasis `C_ij = (δ/m) S_ij/(λ_i + λ_j − δλ_iλ_j)`. As δ → 0 it goes to
 * `(δ/m)Γ`; what is between the two is the price of a finite step.
 *
 * Throws `USAGE` unless H is positive definite and the step stable, `δλ_max < 2`.
 *
 * @param noise S = σ²: covariance of the gradient of one example
 */
export function stationaryCovariance(
  hessian: SquareMatrix,
  noise: SquareMatrix,
  { stepSize, batch }: { readonly stepSize: number; readonly batch: number },
): number[][] {
  const subject = 'stationary covariance';
  requirePositive(subject, 'step size', stepSize);
  requirePositive(subject, 'batch', batch);
  const largest = eigenbasis(subject, hessian).values.at(-1)!;
  if (!(stepSize * largest < 2)) throw wrongUse(subject, `a stable step, below ${2 / largest}`, stepSize);
  const scale = stepSize / batch;
  return inEigenbasis(subject, hessian, noise, (a, b) => scale / (a + b - stepSize * a * b));
}

/** `Q (F ∘ QᵀSQ) Qᵀ` with `F_ij = factor(λ_i, λ_j)`. */
function inEigenbasis(
  subject: string,
  hessian: SquareMatrix,
  noise: SquareMatrix,
  factor: (a: number, b: number) => number,
): number[][] {
  const { values, vectors } = eigenbasis(subject, hessian);
  const wrong = values.find((value) => !(value > 0));
  if (wrong !== undefined) throw wrongUse(subject, 'a positive definite Hessian', `the eigenvalue ${wrong}`);
  requireSymmetric(subject, noise);
  if (noise.length !== values.length) throw wrongUse(subject, `a noise of size ${values.length}`, noise.length);
  const rotated = vectors.transpose().mmul(asMatrix(noise)).mmul(vectors);
  values.forEach((a, i) => values.forEach((b, j) => rotated.set(i, j, rotated.get(i, j) * factor(a, b))));
  return symmetricRows(vectors.mmul(rotated).mmul(vectors.transpose()));
}

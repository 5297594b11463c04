import { series, type SeriesDescription } from './description.ts';

/** Curvature of the loss at a point. */
export const curvatureSeries = {
  'hessian.eigenvalue': series(
    'Leading eigenvalues of the Hessian',
    '1',
    'W-sharp',
    'eigenvalues of the loss Hessian at θ_t by falling absolute value; coordinate: their rank, from 1',
  ),
  'hessian.sharpness': series('Sharpness', '1', 'W-sharp', 'largest eigenvalue of the loss Hessian at θ_t'),
  'hessian.mostNegative': series(
    'Most negative curvature',
    '1',
    'W-sharp',
    'smallest eigenvalue of the loss Hessian at θ_t',
  ),
  'hessian.stability': series(
    'Threshold of stability',
    '1',
    'W-sharp',
    '2(1 + β)/η of update t, with momentum β: gradient descent leaves a quadratic valley that is sharper',
  ),
  'hessian.trace': series('Trace of the Hessian', '1', 'F-table', 'tr H of the loss Hessian at θ_t'),
  'gaussNewton.trace': series(
    'Trace of the Gauss–Newton matrix',
    '1',
    'W-cov',
    'tr G at θ_t with G = mean of J_iᵀ ∇²ℓ_i J_i; for cross-entropy the Fisher information',
  ),
  'fisher.trace': series(
    'Trace of the empirical Fisher matrix',
    '1',
    'W-cov',
    'mean of ‖∇ℓ_i‖² at θ_t, at the true labels and not centred',
  ),
  'gradientCovariance.trace': series(
    'Trace of the gradient covariance, estimated',
    '1',
    'F-table',
    'tr C = 1/(N−1) Σ ‖∇ℓ_i − mean‖² at θ_t',
  ),
  'hessian.density': series(
    'Spectral density of the Hessian',
    '1',
    null,
    'share of the eigenvalues of the loss Hessian at θ_t per unit of eigenvalue, mean over a cell; coordinate: the centre of the cell, all as wide',
  ),
  'hessian.densityWidth': series('Width of the kernel', '1', null, 'σ of the Gaussian kernel of hessian.density'),
  'sam.sharpness': series(
    'Sharpness of sharpness-aware minimisation',
    'nat',
    null,
    'L(θ_t + ρ g/‖g‖) − L(θ_t) with the gradient g of L; coordinate: ρ',
  ),
  'box.sharpness': series(
    'Sharpness in a box',
    '%',
    null,
    '100 (max L − L(θ_t))/(1 + L(θ_t)) over |z_i| ≤ ε(|θ_i| + 1), the highest L that was found; coordinate: ε',
  ),
  'topScaling.trace': series('Hessian trace, top layer scaled', '1', 'M-scale', 'tr H at T_α(θ_t); coordinate: α'),
  'topScaling.spectralNorm': series(
    'Spectral norm, top layer scaled',
    '1',
    'M-scale',
    'largest |eigenvalue| of H at T_α(θ_t); coordinate: α',
  ),
  'topScaling.largestEntry': series(
    'Largest second derivative, top layer scaled',
    '1',
    'M-scale',
    'max |H_jk| at T_α(θ_t); coordinate: α',
  ),
} as const satisfies Record<string, SeriesDescription>;

import { series, type SeriesDescription } from './description.ts';

/** Noise of the gradient at a point, beside the curvature. */
export const noiseSeries = {
  'noise.trace': series(
    'Trace of the gradient covariance',
    '1',
    'F-table',
    'tr C of the gradients of single examples at θ_t, by 1/(N − 1); the standard error is that of a sample of examples',
  ),
  'noise.gradientSquaredNorm': series(
    'Squared norm of the mean gradient',
    '1',
    'W-noise',
    '‖ḡ‖² of the gradient of the mean loss at θ_t',
  ),
  'noise.scale': series('Gradient noise scale', 'examples', 'W-noise', 'tr C/‖ḡ‖² at θ_t'),
  'noise.largestVariance': series(
    'Largest variance of a gradient coordinate',
    '1',
    'W-noise',
    'max over coordinates of the diagonal of C at θ_t',
  ),
  'alignment.hessianEigenvalue': series(
    'Leading eigenvalues of the Hessian beside the covariance',
    '1',
    'W-cov',
    'eigenvalues of H at θ_t by falling absolute value; coordinate: their rank, from 1',
  ),
  'alignment.covarianceEigenvalue': series(
    'Leading eigenvalues of the gradient covariance',
    '1',
    'W-cov',
    'eigenvalues of C at θ_t, largest first; coordinate: their rank, from 1',
  ),
  'alignment.angle': series(
    'Angles between the eigenspaces of H and C',
    'rad',
    'W-cov',
    'principal angles between the spans of the leading eigenvectors, smallest first; coordinate: their rank, from 1',
  ),
  'alignment.overlap': series(
    'Overlap of the eigenspaces of H and C',
    '1',
    'W-cov',
    'mean of cos² of the principal angles',
  ),
  'alignment.ratio': series(
    'Covariance over curvature along eigenvectors of H',
    '1',
    'W-cov',
    'vᵀCv/vᵀHv; coordinate: the rank of v, from 1',
  ),
  'alignment.cosine': series(
    'Cosine of C and H',
    '1',
    'W-cov',
    '⟨C, H⟩_F/(‖C‖_F‖H‖_F) on the span of the leading eigenvectors of H',
  ),
  'alignment.hessianTrace': series(
    'Trace of the Hessian beside the covariance',
    '1',
    'W-cov',
    'tr H at θ_t by random signs',
  ),
  'alignment.covarianceTrace': series(
    'Trace of the gradient covariance beside the Hessian',
    '1',
    'W-cov',
    'tr C at θ_t by the same random signs',
  ),
  'alignment.traceProduct': series(
    'Trace of covariance times Hessian',
    '1',
    'F-pred',
    'tr CH = E[(Cz)·(Hz)] at θ_t by random signs z',
  ),
  'alignment.residualTrace': series(
    'Trace of the residual of Hessian and covariance',
    '1',
    'W-cov',
    'tr(H − 1/N Σ g_i g_iᵀ) at θ_t by the same random signs',
  ),
  'alignment.residualFrobenius': series(
    'Residual of Hessian and covariance',
    '1',
    'W-cov',
    '‖H − 1/N Σ g_i g_iᵀ‖_F/‖H‖_F on the span of the leading eigenvectors of H',
  ),
  'alignment.residualSpectral': series(
    'Largest residual of Hessian and covariance',
    '1',
    'W-cov',
    'the same with spectral norms',
  ),
} as const satisfies Record<string, SeriesDescription>;

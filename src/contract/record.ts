import { z } from 'zod';

/**
 * One measured number. `iteration` t is the number of updates made before θ_t; `coordinate` is α for points between
 * θ_t and θ_{t+1}. An estimate carries the number of examples it came from and its standard error; an exact value has
 * `standardError` null. `value` may be NaN or infinite: a diverged loss is a measurement too.
 */
export interface MetricRecord {
  readonly series: SeriesName;
  readonly iteration: number;
  readonly coordinate: number | null;
  readonly value: number;
  readonly standardError: number | null;
  readonly examples: number | null;
}

/** A record with its place in the run's history; `seq` only grows, also over a resume. */
export interface StoredRecord extends MetricRecord {
  readonly seq: number;
}

interface SeriesDescription {
  readonly title: string;
  readonly unit: string;
  /** Row of mission.md, or null for ordinary training curves. */
  readonly row: string | null;
  readonly description: string;
}

const series = (title: string, unit: string, row: string | null, description: string): SeriesDescription => ({
  title,
  unit,
  row,
  description,
});

/** Every series that a run can contain. */
export const seriesCatalogue = {
  'batch.loss': series('Mini-batch loss', 'nat', null, 'mean loss of the batch used in update t, at θ_t'),
  learningRate: series('Learning rate', '1', null, 'η of update t; recorded when it follows a schedule or changes'),
  'train.loss': series('Training loss', 'nat', null, 'mean loss over the training examples at θ_t'),
  'train.accuracy': series(
    'Training accuracy',
    'share',
    null,
    'share of training examples classified correctly at θ_t',
  ),
  'validation.loss': series(
    'Validation loss',
    'nat',
    null,
    'mean loss over the validation examples at θ_t; recorded when some are kept apart',
  ),
  'validation.accuracy': series(
    'Validation accuracy',
    'share',
    null,
    'share of validation examples classified correctly at θ_t; recorded when some are kept apart',
  ),
  'test.loss': series('Test loss', 'nat', null, 'mean loss over the test examples at θ_t'),
  'test.accuracy': series('Test accuracy', 'share', null, 'share of test examples classified correctly at θ_t'),
  'gradient.norm': series('Gradient norm', '1', null, '‖g_t‖₂ of the gradient used in update t'),
  'gradient.cosine': series('Cosine of consecutive gradients', '1', 'W-cos', 'cos(g_{t−1}, g_t)'),
  'parameters.distance': series('Distance from initialisation', '1', 'W-dist', '‖θ_t − θ_0‖₂'),
  'parameters.norm': series('Parameter norm', '1', 'W-dist', '‖θ_t‖₂'),
  'parameters.pathLength': series('Path length', '1', 'W-dist', 'Σ_{s<t} ‖θ_{s+1} − θ_s‖₂'),
  'interpolation.loss': series(
    'Interpolated loss',
    'nat',
    'W-interp',
    'L((1−α)θ_t + αθ_{t+1}) on the evaluation set; coordinate α',
  ),
  'interpolation.floor': series(
    'Valley floor',
    'nat',
    'W-interp',
    'min over α of the interpolated loss; coordinate: the α of the minimum',
  ),
  'interpolation.height': series(
    'Height above the valley floor',
    'nat',
    'W-height',
    '(L(θ_t) + L(θ_{t+1}) − 2 min_α L)/2',
  ),
  'interpolation.barrier': series(
    'Barrier height',
    'nat',
    'W-barrier',
    'max(0, max over interior α of L − max(L(θ_t), L(θ_{t+1}))); coordinate: the α of the maximum; positive: a barrier was crossed',
  ),
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
  'margin.output': series(
    'Output margin',
    '1',
    'M-batch',
    'quantiles over examples of s_y − max over j ≠ y of s_j; coordinate: probability',
  ),
  'margin.outputSkewness': series(
    'Skewness of the output margin',
    '1',
    'M-batch',
    'third standardised moment m₃/m₂^(3/2), divisor n, over examples; negative: the longer tail is on the left',
  ),
  'margin.outputHistogram': series(
    'Histogram of the output margin',
    '1',
    'M-batch',
    'number of examples in each of the bins of equal width from the smallest to the largest; coordinate: centre of the bin',
  ),
  'margin.absoluteOutput': series(
    'Absolute output margin',
    '1',
    'M-batch',
    'quantiles over examples of |s_y − max over j ≠ y of s_j|; coordinate: probability',
  ),
  'margin.absoluteOutputSkewness': series(
    'Skewness of the absolute output margin',
    '1',
    'M-batch',
    'third standardised moment m₃/m₂^(3/2), divisor n, over examples; negative: the longer tail is on the left',
  ),
  'margin.absoluteOutputHistogram': series(
    'Histogram of the absolute output margin',
    '1',
    'M-batch',
    'number of examples in each of the bins of equal width from the smallest to the largest; coordinate: centre of the bin',
  ),
  'margin.softmax': series(
    'Softmax margin',
    '1',
    'M-batch',
    'quantiles over examples of S_y − max over j ≠ y of S_j, S the softmax of the scores; coordinate: probability',
  ),
  'margin.softmaxSkewness': series(
    'Skewness of the softmax margin',
    '1',
    'M-batch',
    'third standardised moment m₃/m₂^(3/2), divisor n, over examples; negative: the longer tail is on the left',
  ),
  'margin.softmaxHistogram': series(
    'Histogram of the softmax margin',
    '1',
    'M-batch',
    'number of examples in each of the bins of equal width from the smallest to the largest; coordinate: centre of the bin',
  ),
  'margin.correct': series(
    'Share correct',
    'share',
    'M-batch',
    'share of the examples of the margins that are classified correctly',
  ),
  'margin.affineTraceInput': series(
    'Affine Hessian trace of the input',
    '1',
    'M-aceht',
    'mean over examples of (‖x‖² + 1)(1 − Σ_j S_j²), x the input',
  ),
  'margin.affineTraceFeatures': series(
    'Affine Hessian trace of the features',
    '1',
    'M-aceht',
    'mean over examples of (‖x‖² + 1)(1 − Σ_j S_j²), x the inputs of the top layer',
  ),
  'margin.boundInput': series(
    'Margin bound of the input',
    '1',
    'M-bound',
    'mean over correctly classified examples of (‖x‖² + 1)(1 − γ(S, y)²), x the input',
  ),
  'margin.boundFeatures': series(
    'Margin bound of the features',
    '1',
    'M-bound',
    'mean over correctly classified examples of (‖x‖² + 1)(1 − γ(S, y)²), x the inputs of the top layer',
  ),
  'loss.gcdf': series(
    'Gcdf loss',
    '1',
    'G-track',
    'mean over examples of Σ_{j≠y} Φ((s_j − s_y)/(‖x‖σ√2)), x the inputs of the top layer; coordinate σ',
  ),
  'loss.crossEntropy': series(
    'Tempered cross-entropy',
    'nat',
    'G-track',
    'mean over examples of −log softmax(s/T)_y; coordinate T',
  ),
  'loss.hinge': series(
    'Hinge loss',
    '1',
    'G-track',
    'mean over examples of Σ_{j≠y} max(0, γ + s_j − s_y); coordinate γ',
  ),
  'loss.training': series(
    'Training loss of the examples',
    'nat',
    'G-phase',
    'mean training loss, its penalty included, over the examples of the alternative losses',
  ),
  'loss.error': series(
    'Training error',
    'share',
    'G-phase',
    'share of the examples of the alternative losses that are not classified correctly',
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
  'exampleTrace.mean': series('Mean Hessian trace of an example', '1', 'M-ht', 'mean of tr ∇²ℓ_i over examples at θ_t'),
  'exampleTrace.correlation.affineInput': series(
    'Traces and affine trace (input): r',
    '1',
    'M-corr',
    'Pearson’s r of an example’s Hessian trace with (‖x‖² + 1)(1 − Σ S_j²) of its input x; coordinate: 1 for correctly classified examples, 0 for the others',
  ),
  'exampleTrace.correlation.affineFeatures': series(
    'Traces and affine trace (features): r',
    '1',
    'M-corr',
    'Pearson’s r of an example’s Hessian trace with (‖x‖² + 1)(1 − Σ S_j²) with x the top layer’s input; coordinate: 1 for correctly classified examples, 0 for the others',
  ),
  'exampleTrace.correlation.boundInput': series(
    'Traces and margin bound (input): r',
    '1',
    'M-corr',
    'Pearson’s r of an example’s Hessian trace with the margin bound (‖x‖² + 1)(1 − γ²) of its input x; coordinate: 1 for correctly classified examples, 0 for the others',
  ),
  'exampleTrace.correlation.boundFeatures': series(
    'Traces and margin bound (features): r',
    '1',
    'M-corr',
    'Pearson’s r of an example’s Hessian trace with the margin bound (‖x‖² + 1)(1 − γ²) with x the top layer’s input; coordinate: 1 for correctly classified examples, 0 for the others',
  ),
  'exampleTrace.inlierCorrelation.affineInput': series(
    'Traces and affine trace (input): r without outliers',
    '1',
    'M-corr',
    'exampleTrace.correlation.affineInput without examples of a local outlier factor above 1.5',
  ),
  'exampleTrace.inlierCorrelation.affineFeatures': series(
    'Traces and affine trace (features): r without outliers',
    '1',
    'M-corr',
    'exampleTrace.correlation.affineFeatures without examples of a local outlier factor above 1.5',
  ),
  'exampleTrace.inlierCorrelation.boundInput': series(
    'Traces and margin bound (input): r without outliers',
    '1',
    'M-corr',
    'exampleTrace.correlation.boundInput without examples of a local outlier factor above 1.5',
  ),
  'exampleTrace.inlierCorrelation.boundFeatures': series(
    'Traces and margin bound (features): r without outliers',
    '1',
    'M-corr',
    'exampleTrace.correlation.boundFeatures without examples of a local outlier factor above 1.5',
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
  'gBound.gcdf': series('Gcdf loss', '1', 'G-bound', 'mean Σ_{j≠y} Φ((s_j − s_y)/(‖x‖σ√2)) at θ_t; coordinate: σ'),
  'gBound.monteCarlo': series(
    'Smoothed cross-entropy over log 2',
    '1',
    'G-bound',
    'E_ε[L_c(w + ε)]/log 2 with Gaussian noise ε of the top layer’s weights, mean over draws; coordinate: its standard deviation σ',
  ),
  'gBound.secondOrder': series(
    'Second-order form of the smoothed cross-entropy over log 2',
    '1',
    'G-bound',
    '(L_c + σ²/2 tr H_top)/log 2 with the Hessian of the cross-entropy in the top layer’s weights; coordinate: σ',
  ),
  'gBound.smoothedError': series(
    'Smoothed 0-1 loss',
    'share',
    'G-bound',
    'expected share of errors under Gaussian noise of the top layer’s weights, mean over draws; coordinate: σ',
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
  'batch.normTest': series(
    'Norm test',
    '1',
    null,
    '√(tr var/(B‖g‖²)) of the gradients of the batch of update t at θ_t, variances by 1/(B − 1)',
  ),
  'batch.innerProductTest': series(
    'Inner-product test',
    '1',
    null,
    '√((Σ(g_i·g)² − B‖g‖⁴)/((B − 1)B‖g‖⁴)) of the batch of update t',
  ),
  'batch.orthogonalityTest': series(
    'Orthogonality test',
    '1',
    null,
    '√(Σ(‖g_i‖² − (g_i·g)²/‖g‖²)/((B − 1)B‖g‖²)) of the batch of update t',
  ),
  'batch.cabs': series(
    'Batch size of CABS',
    'examples',
    null,
    'η·tr(var)/loss of the batch of update t, variances by 1/B',
  ),
  'batch.earlyStopping': series(
    'Early-stopping evidence',
    '1',
    null,
    '1 − B·mean_j(g_j²/(var_j + ε)) of the batch of update t, variances by 1/(B − 1); above 0: stop',
  ),
  'batch.signalToNoise': series(
    'Gradient signal-to-noise ratio',
    '1',
    null,
    'mean_j(g_j²/(var_j + ε)) of the batch of update t, variances by 1/B',
  ),
  'batch.ticDiagonal': series(
    'Takeuchi criterion, diagonal',
    '1',
    null,
    'Σ_j s_j/(h_j + ε) of the batch of update t: uncentred second moments s over the Gauss–Newton diagonal h',
  ),
  'batch.ticTrace': series('Takeuchi criterion, trace', '1', null, 'Σ_j s_j/(Σ_j h_j + ε) of the batch of update t'),
  'batch.gradientHistogram': series(
    'Histogram of gradient elements',
    'elements',
    null,
    'elements of the gradients g_i of the batch of update t in a bin; coordinate: its middle; those outside are in the outermost bins',
  ),
  'batch.gradientOutliers': series(
    'Gradient elements outside the histogram',
    'share',
    null,
    'share of the elements of the gradients g_i outside the range, or NaN',
  ),
  'update.alpha': series(
    'Effective step size',
    '1',
    null,
    'where update t lands on the parabola through loss and slope of its batch at both ends: −1 no step, 0 the minimum, 1 the mirrored height',
  ),
  'update.size': series('Size of the update', '1', null, '‖θ_{t+1} − θ_t‖₂'),
  'update.tensorSize': series(
    'Size of the update by tensor',
    '1',
    null,
    '‖θ_{t+1} − θ_t‖₂ of a parameter tensor; coordinate: its number in the order of the model, from 1',
  ),
  'parameters.tensorDistance': series(
    'Distance from initialisation by tensor',
    '1',
    null,
    '‖θ_t − θ_0‖₂ of a parameter tensor; coordinate: its number in the order of the model, from 1',
  ),
} as const satisfies Record<string, SeriesDescription>;

export type SeriesName = keyof typeof seriesCatalogue;
export const seriesNames = Object.keys(seriesCatalogue) as SeriesName[];
export const seriesNameSchema = z.enum(seriesNames as [SeriesName, ...SeriesName[]]);

/** A number in JSON. Those that it lacks are written as "NaN", "Infinity", "-Infinity". */
export const jsonNumberSchema = z.union([z.number(), z.literal('NaN'), z.literal('Infinity'), z.literal('-Infinity')]);
export type JsonNumber = z.infer<typeof jsonNumberSchema>;
export const encodeNumber = (value: number): JsonNumber =>
  Number.isFinite(value) ? value : (String(value) as Exclude<JsonNumber, number>);

/** Columns of many records: how they travel to the page. */
export const recordColumnsSchema = z.strictObject({
  seq: z.array(z.int()),
  iteration: z.array(z.int()),
  coordinate: z.array(z.number().nullable()),
  value: z.array(jsonNumberSchema),
  standardError: z.array(jsonNumberSchema.nullable()),
  examples: z.array(z.int().nullable()),
});
export type RecordColumns = z.infer<typeof recordColumnsSchema>;

import { series, type SeriesDescription } from './description.ts';

/** Mini-batches and the updates that they make. */
export const updatesSeries = {
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
  'batch.parameterHistogram': series(
    'Histogram of parameters',
    'elements',
    null,
    'parameters θ_t in a bin; coordinate: its middle; those outside are in the outermost bins',
  ),
  'batch.parameterOutliers': series(
    'Parameters outside the histogram',
    'share',
    null,
    'share of the parameters θ_t outside the range, or NaN',
  ),
  'batch.jointHistogram': series(
    'Joint histogram of parameters and gradient elements',
    'elements',
    null,
    'elements of the gradients g_i of the batch of update t in a cell; coordinate: im + j for bin i of the parameter (in the order of batch.parameterHistogram) and bin j of the m of the gradient (in that of batch.gradientHistogram), from 0',
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

import { series, type SeriesDescription } from './description.ts';

/** Training itself, and the walk: losses, gradients, distances, interpolations. */
export const trainingSeries = {
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
} as const satisfies Record<string, SeriesDescription>;

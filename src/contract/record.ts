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

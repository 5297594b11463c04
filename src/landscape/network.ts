import { ThalwegError, type HostTensor } from '../base/index.ts';
import type { MeasuredNetwork } from '../curvature/index.ts';
import { readTensor, type AnyTensor } from '../runtime/index.ts';
import type { ChunkedExamples } from '../train/index.ts';

/**
 * Which statistics batch normalisation takes at a point `Σ_j w_j·θ_j`; without batch normalisation all are the same.
 *
 * - `batch`: those of each chunk of the examples (train mode), so that what is measured depends on the chunks.
 * - `centre`: the running ones of the first term θ_0, wherever the point lies.
 * - `interpolated`: `Σ_j w_j·(running statistics of θ_j)`, so that every θ_j keeps its own. Outside the hull of the θ_j a
 *   variance may become negative: the loss is NaN there.
 * - `recomputed`: the mean over chunks of these examples (best the training set) of the statistics that each chunk has
 *   at the point, weighted by examples; σ² unbiased within a chunk. Costs a further pass over them for each point.
 */
export type BatchNormStatistics = 'batch' | 'centre' | 'interpolated' | { readonly recomputed: ChunkedExamples };

/** A network without a point of its own, and the examples on which points are measured. */
export interface LandscapeNetwork extends Pick<MeasuredNetwork, 'runtime' | 'objective' | 'examples' | 'dtype'> {
  readonly batchNorm: BatchNormStatistics;
  /**
   * Points that one program evaluates; default 8. They share what is linear in the parameters: a fully connected network
   * whose first layer is its largest takes a third of the time at 16, a residual network gains little. More of them take
   * longer to compile, and at worst the memory of so many passes over a chunk. The results do not depend on it.
   */
  readonly block?: number;
}

/** A point or direction in host memory. */
export interface HostPoint {
  readonly parameters: Readonly<Record<string, HostTensor>>;
  /** Running statistics of batch normalisation; empty without it. */
  readonly buffers: Readonly<Record<string, HostTensor>>;
}

/** Tensors in host memory, wherever they are. */
export async function readAll(tensors: Readonly<Record<string, AnyTensor>>): Promise<Record<string, HostTensor>> {
  const host: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) host[name] = await readTensor(tensor);
  return host;
}

/** `USAGE`: `subject: expected …, got …`. */
export const usage = (subject: string, expectation: string, got: string | number): ThalwegError =>
  new ThalwegError('USAGE', `${subject}: expected ${expectation}, got ${got}`);

/** Throws `USAGE` unless `value` is an integer of at least `least`. */
export function requireInteger(subject: string, name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw usage(subject, `${name} to be an integer of at least ${least}`, value);
}

/** Throws `USAGE` unless `value` is a finite number above 0. */
export function requirePositive(subject: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw usage(subject, `${name} to be a finite number above 0`, value);
}

/** Throws `USAGE` unless every point has statistics of its own: there is no centre among several networks. */
export function requireOwnStatistics(subject: string, { batchNorm }: LandscapeNetwork): void {
  if (batchNorm === 'centre')
    throw usage(subject, 'batch normalisation by "batch", "interpolated" or recomputed statistics', '"centre"');
}

import { ThalwegError } from '../../base/index.ts';
import type { Normalisation } from './examples.ts';
import type { RawExamples } from './raw.ts';

/** Channels that are normalised apart: those of `[channels, height, width]`; everything else is one. */
export const channelsOf = (inputShape: readonly number[]): number => (inputShape.length === 3 ? inputShape[0]! : 1);

/** What a specification says of a normalisation. */
export interface NormalisationOptions {
  readonly normalise: boolean;
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

/**
 * The constants that are given, one for each channel or one for all; null: none are. Throws `SPECIFICATION_INVALID` for mean
 * without std, another number of them than channels, and constants that nothing is normalised by.
 */
export function givenNormalisation(
  subject: string,
  { normalise, mean, std }: NormalisationOptions,
  channels: number,
): Normalisation | null {
  const fail = (message: string): never => {
    throw new ThalwegError('SPECIFICATION_INVALID', `${subject}: ${message}`);
  };
  if (mean === undefined && std === undefined) return null;
  if (mean === undefined || std === undefined) return fail('mean and std: expected both or none, got one');
  if (!normalise) return fail('mean: expected none beside normalise: false');
  const each = (key: string, values: readonly number[]): readonly number[] => {
    if (values.length === channels) return values;
    if (values.length === 1) return Array.from({ length: channels }, () => values[0]!);
    const expected = channels === 1 ? '1 number' : `1 number or ${channels}, one a channel`;
    return fail(`${key}: expected ${expected}, got ${values.length}`);
  };
  return { mean: each('mean', mean), std: each('std', std) };
}

/**
 * Mean and population standard deviation of each channel over all values of all examples, bytes scaled to `[0, 1]`.
 * Throws `DATA_INVALID` when a channel is constant, because nothing can be divided by its deviation of 0.
 */
export function measureNormalisation(subject: string, raw: RawExamples, channels: number): Normalisation {
  const moments = Array.from({ length: channels }, (_, channel) =>
    raw.values instanceof Uint8Array
      ? byteMoments(raw.values, raw.count, channel, channels)
      : floatMoments(raw.values, raw.count, channel, channels),
  );
  const constant = moments.findIndex(({ std }) => !(std > 0));
  if (constant >= 0) {
    const got = `the constant ${moments[constant]!.mean}`;
    throw new ThalwegError(
      'DATA_INVALID',
      `${subject}: expected inputs that vary in channel ${constant} (or normalise: false), got ${got}`,
    );
  }
  return { mean: moments.map(({ mean }) => mean), std: moments.map(({ std }) => std) };
}

interface Moments {
  readonly mean: number;
  readonly std: number;
}

/** Exact, by counting how often each of the 256 values occurs. */
function byteMoments(values: Uint8Array, count: number, channel: number, channels: number): Moments {
  const histogram = new Float64Array(256);
  const plane = values.length / count / channels;
  for (let example = 0; example < count; example++) {
    const start = (example * channels + channel) * plane;
    for (let index = start; index < start + plane; index++) histogram[values[index]!]!++;
  }
  const total = count * plane;
  const mean = histogram.reduce((sum, times, value) => sum + (times * value) / 255, 0) / total;
  const variance = histogram.reduce((sum, times, value) => sum + times * (value / 255 - mean) ** 2, 0) / total;
  return { mean, std: Math.sqrt(variance) };
}

/** In two passes, so that a large mean costs no digits. */
function floatMoments(values: Float32Array | Float64Array, count: number, channel: number, channels: number): Moments {
  const plane = values.length / count / channels;
  const average = (term: (value: number) => number): number => {
    let sum = 0;
    for (let example = 0; example < count; example++) {
      const start = (example * channels + channel) * plane;
      for (let index = start; index < start + plane; index++) sum += term(values[index]!);
    }
    return sum / (count * plane);
  };
  const mean = average((value) => value);
  return { mean, std: Math.sqrt(average((value) => (value - mean) ** 2)) };
}

/**
 * Inputs of the examples `rows`: `(value − mean)/std`, where bytes are first divided by 255; without a normalisation,
 * the values themselves. Float32 `[rows.length, ...inputShape]`.
 */
export function normalisedInputs(
  { values, count }: RawExamples,
  rows: Uint32Array,
  channels: number,
  normalisation: Normalisation | null,
): Float32Array<ArrayBuffer> {
  const size = values.length / count;
  const plane = size / channels;
  const inputs = new Float32Array(rows.length * size);
  for (let channel = 0; channel < channels; channel++) {
    const [center, scale] =
      normalisation === null ? [0, 1] : [normalisation.mean[channel]!, normalisation.std[channel]!];
    const table = values instanceof Uint8Array ? pixelTable(center, scale) : null;
    for (let row = 0; row < rows.length; row++) {
      const source = rows[row]! * size + channel * plane;
      const target = row * size + channel * plane;
      if (table !== null)
        for (let index = 0; index < plane; index++) inputs[target + index] = table[values[source + index]!]!;
      else
        for (let index = 0; index < plane; index++) inputs[target + index] = (values[source + index]! - center) / scale;
    }
  }
  return inputs;
}

/** The input for each of the 256 values of a pixel. */
const pixelTable = (mean: number, std: number): Float32Array =>
  Float32Array.from({ length: 256 }, (_, pixel) => (pixel / 255 - mean) / std);

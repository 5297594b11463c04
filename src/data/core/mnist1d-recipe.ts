import type { RandomStream } from '../../base/index.ts';

/**
 * The published recipe of MNIST-1D (Greydanus & Kobak, “Scaling Down Deep Learning with MNIST-1D”): how one template
 * becomes one example. Every constant is the published default.
 */

const minimumPadding = 36;
const maximumPadding = 60;
const scaleCoefficient = 0.4;
const maximumTranslation = 48;
const correlatedNoiseScale = 0.25;
const correlatedNoiseWidth = 2; // standard deviation of the smoothing, in points
const independentNoiseScale = 2e-2;
const shearScale = 0.75;
/** Points of a finished sequence. */
export const finalLength = 40;

/** Outlines of the ten digits: 12 heights each. */
const outlines: readonly (readonly number[])[] = [
  [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
  [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
  [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
  [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
  [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
  [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
  [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
  [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
];

/** The ten templates: each outline with unit standard deviation, starting at 0, divided by 6. */
export const templates: readonly Float64Array[] = outlines.map((outline) => {
  const mean = outline.reduce((sum, height) => sum + height, 0) / outline.length;
  const variance = outline.reduce((sum, height) => sum + (height - mean) ** 2, 0) / outline.length;
  return Float64Array.from(outline, (height) => (height - outline[0]!) / Math.sqrt(variance) / 6);
});

/**
 * One example from a template: pad with zeros and stretch, scale, rotate, replace the padding by smooth noise, add
 * independent noise, shear, resample to 40 points. The random numbers are drawn in this order.
 */
export function transformTemplate(template: Float64Array, stream: RandomStream): Float64Array {
  const padded = pad(template, minimumPadding + stream.integer(maximumPadding - minimumPadding + 1));
  const stretched = resample(padded, template.length + maximumPadding);
  const scale = 1 + scaleCoefficient * (stream.uniform() - 0.5);
  const signal = rotate(
    stretched.map((value) => value * scale),
    stream.integer(maximumTranslation),
  );
  const smooth = smoothen(signal.map(() => correlatedNoiseScale * stream.normal()));
  const noisy = signal.map(
    (value, index) => (value === 0 ? smooth[index]! : value) + independentNoiseScale * stream.normal(),
  );
  return resample(shear(noisy, shearScale * (stream.uniform() - 0.5)), finalLength);
}

/** The signal followed by zeros. A template's own zeros become 1e-8: exact zeros mark the padding. */
function pad(signal: Float64Array, zeros: number): Float64Array {
  const padded = new Float64Array(signal.length + zeros);
  signal.forEach((value, index) => (padded[index] = value + 1e-8));
  return padded;
}

/** Linear interpolation at `length` evenly spaced positions, both ends included. */
export function resample(signal: Float64Array, length: number): Float64Array {
  const step = (signal.length - 1) / (length - 1);
  return Float64Array.from({ length }, (_, index) => {
    const left = Math.min(Math.floor(index * step), signal.length - 2);
    const fraction = index * step - left;
    return signal[left]! + fraction * (signal[left + 1]! - signal[left]!);
  });
}

/** The last `shift` points come first. */
function rotate(signal: Float64Array, shift: number): Float64Array {
  return signal.map((_, index) => signal[(index - shift + signal.length) % signal.length]!);
}

/** Subtracts a line from `−coefficient/2` to `coefficient/2`. */
function shear(signal: Float64Array, coefficient: number): Float64Array {
  return signal.map((value, index) => value - coefficient * (index / (signal.length - 1) - 0.5));
}

const smoothingRadius = 4 * correlatedNoiseWidth;
const smoothingKernel = normalisedGaussian(smoothingRadius, correlatedNoiseWidth);

function normalisedGaussian(radius: number, width: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * width ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Gaussian filter of standard deviation 2, cut at 4 standard deviations; the signal is mirrored beyond its ends. */
export function smoothen(signal: Float64Array): Float64Array {
  const last = signal.length - 1;
  const mirrored = (index: number): number =>
    signal[index < 0 ? -1 - index : index > last ? 2 * last + 1 - index : index]!;
  return signal.map((_, index) =>
    smoothingKernel.reduce((sum, weight, offset) => sum + weight * mirrored(index + offset - smoothingRadius), 0),
  );
}

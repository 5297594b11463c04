import { ThalwegError } from '../../base/index.ts';
import type { Example } from '../../contract/index.ts';
import type { DataSet } from '../../data/index.ts';

/** An example, and its picture where it is an image. */
export interface PicturedExample {
  readonly example: Example;
  /** PNG, one pixel for each of the input's. */
  readonly png: Uint8Array | null;
}

/**
 * A training example as its source has it: the normalisation is undone. Inputs [1 or 3, height, width] are images. Throws `USAGE` for a position that the set does
 * not have.
 */
export async function picturedExample(data: DataSet, position: number): Promise<PicturedExample> {
  const { train, inputShape, classNames } = data;
  if (!(position < train.count))
    throw new ThalwegError('USAGE', `example: expected a position from 0 to ${train.count - 1}, got ${position}`);
  const values = rawValues(data, position);
  const label = train.labels[position]!;
  const image = imageShape(inputShape);
  const example = { position, label, className: classNames[label]!, shape: [...inputShape], prediction: null };
  if (image === null) return { example: { ...example, values: [...values] }, png: null };
  return { example: { ...example, values: null }, png: await pngOf(values, image) };
}

/** `input·std + mean` by channel. */
function rawValues({ train, inputShape, normalisation }: DataSet, position: number): Float32Array {
  const size = inputShape.reduce((product, length) => product * length, 1);
  const inputs = train.inputs.slice(position * size, (position + 1) * size);
  if (normalisation === null) return inputs;
  const { mean, std } = normalisation;
  const plane = size / mean.length;
  return inputs.map((value, index) => {
    const channel = Math.floor(index / plane);
    return value * std[channel]! + mean[channel]!;
  });
}

interface ImageShape {
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

function imageShape(shape: readonly number[]): ImageShape | null {
  const [channels, height, width] = shape;
  return shape.length === 3 && (channels === 1 || channels === 3) ? { channels, height: height!, width: width! } : null;
}

/** @param values [channels, height, width] in [0, 1] */
async function pngOf(values: Float32Array, { channels, height, width }: ImageShape): Promise<Uint8Array> {
  const plane = height * width;
  const pixels = Uint8Array.from({ length: values.length }, (_, index) => {
    const value = values[(index % channels) * plane + Math.floor(index / channels)]!;
    return Math.min(255, Math.max(0, Math.round(255 * value)));
  });
  // A native module: it is loaded when the first picture is drawn.
  const { default: sharp } = await import('sharp');
  return sharp(pixels, { raw: { width, height, channels } }).png().toBuffer();
}

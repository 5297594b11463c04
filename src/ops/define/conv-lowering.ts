import { int, ints, type Tensor } from '../../graph/index.ts';
import type { Lowering } from '../definition.ts';
import { geometryOf, type Geometry } from './window.ts';

/** The attributes that ONNX's Conv and ConvTranspose share. */
export const onnxGeometry = ({ strides, pads, dilations, group }: Geometry) => ({
  strides: ints(strides),
  pads: ints(pads),
  dilations: ints(dilations),
  ...(group === 1 ? {} : { group: int(group) }),
});

/** Sizes of the three tensors of a convolution: x [n,channels,height,width], y [n,out,rows,columns], w [out,channels/group,kh,kw]. */
export interface ConvSizes extends Geometry {
  readonly n: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly out: number;
  readonly rows: number;
  readonly columns: number;
  readonly kh: number;
  readonly kw: number;
}

/** @param tensor the operator that carries the geometry */
export function convSizes(tensor: Tensor, x: readonly number[], y: readonly number[], w: readonly number[]): ConvSizes {
  const [n, channels, height, width] = x as [number, number, number, number];
  const [, out, rows, columns] = y as [number, number, number, number];
  const [, , kh, kw] = w as [number, number, number, number];
  return { n, channels, height, width, out, rows, columns, kh, kw, ...geometryOf(tensor) };
}

/**
 * How much larger the matrix between channels is than the images it is summed over: `in·out/((in + out)·p)` for images of
 * p pixels. Where it is large, images are best turned so that positions are rows and channels columns.
 */
export const channelWeight = ({ channels, out, rows, columns }: ConvSizes): number =>
  (channels * out) / ((channels + out) * rows * columns);

/** Top left corner of the window that element k of the kernel sees in a padded image. */
export const tapCorner = ({ kw, dilations }: ConvSizes, k: number): [top: number, left: number] => [
  Math.floor(k / kw) * dilations[0],
  (k % kw) * dilations[1],
];

/** For each element of the kernel, what it sees of a padded image whose height and width are the axes `axes`. */
export function seenByTaps(lowering: Lowering, padded: string, sizes: ConvSizes, axes: readonly number[]): string[] {
  const { rows, columns, strides, kh, kw } = sizes;
  return Array.from({ length: kh * kw }, (_, k) => {
    const [top, left] = tapCorner(sizes, k);
    return lowering.node('Slice', [
      padded,
      lowering.integers([top, left]),
      lowering.integers([top + (rows - 1) * strides[0] + 1, left + (columns - 1) * strides[1] + 1]),
      lowering.integers(axes),
      lowering.integers(strides),
    ]);
  });
}

/** x with zeros around its images. */
export const zeroPadded = (lowering: Lowering, x: string, { pads }: Geometry): string =>
  pads.some((width) => width > 0)
    ? lowering.node('Pad', [x, lowering.integers([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]])])
    : x;

export const reshaped = (lowering: Lowering, value: string, shape: readonly number[]): string =>
  lowering.node('Reshape', [value, lowering.integers(shape)]);

export const transposed = (lowering: Lowering, value: string, permutation: readonly number[]): string =>
  lowering.node('Transpose', [value], { perm: ints(permutation) });

/**
 * A Conv node for x [n, channels, h, w] and a weight [out, channels/group, kh, kw].
 *
 * ONNX Runtime 1.30 computes nonsense on WebGPU when `channels` is a multiple of 3 above 3, not of 4, and `out` is a
 * multiple of 4 (6 and 16 in LeNet); there, channels of zeros fill up to the next multiple of 4.
 */
export function convNode(
  lowering: Lowering,
  x: string,
  weight: string,
  channels: number,
  out: number,
  geometry: Geometry,
): string {
  const wrong =
    lowering.device === 'gpu' &&
    geometry.group === 1 &&
    channels > 3 &&
    channels % 3 === 0 &&
    channels % 4 !== 0 &&
    out % 4 === 0;
  const missing = [0, 0, 0, 0, 0, 4 - (channels % 4), 0, 0];
  const widened = (name: string): string => (wrong ? lowering.node('Pad', [name, lowering.integers(missing)]) : name);
  return lowering.node('Conv', [widened(x), widened(weight)], onnxGeometry(geometry));
}

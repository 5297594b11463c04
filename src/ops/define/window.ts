import { attributeError, number, numbers, shapeError } from '../infer.ts';
import type { Attributes, Tensor } from '../../graph/index.ts';

/** Windows that move over an image: shared by convolutions and pools. */

/** Sizes of an image are height, width; sides are top, left, bottom, right. */
export interface Geometry {
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  /** Number of groups of channels that a convolution keeps apart. */
  readonly group: number;
}

/** What attributes say; one group goes without saying. */
export const geometry = (attributes: Attributes): Geometry => ({
  strides: numbers(attributes, 'strides') as [number, number],
  pads: numbers(attributes, 'pads') as [number, number, number, number],
  dilations: numbers(attributes, 'dilations') as [number, number],
  group: 'group' in attributes ? number(attributes, 'group') : 1,
});

export const geometryOf = (tensor: Tensor): Geometry => geometry(tensor.attributes);

/** Number of window positions along one axis. */
export function windows(size: number, kernel: number, stride: number, dilation: number, padding: number): number {
  const span = dilation * (kernel - 1) + 1;
  const count = Math.floor((size + padding - span) / stride) + 1;
  return count > 0 ? count : shapeError(`an image of at least ${span} after padding, not ${size + padding}`);
}

/** Number of window positions: rows, columns. */
export function outputSize(
  [h, w]: readonly number[],
  [kh, kw]: readonly number[],
  { strides, pads, dilations }: Omit<Geometry, 'group'>,
): [number, number] {
  return [
    windows(h!, kh!, strides[0], dilations[0], pads[0] + pads[2]),
    windows(w!, kw!, strides[1], dilations[1], pads[1] + pads[3]),
  ];
}

/** True for a list of `length` whole numbers that are at least `least`. */
export const wholeNumbers = (values: readonly number[], length: number, least: number): boolean =>
  values.length === length && values.every((value) => Number.isInteger(value) && value >= least);

/** The geometry, or an error that says what is wrong with it. */
export function validGeometry(attributes: Attributes): Geometry {
  const found = geometry(attributes);
  if (!wholeNumbers(found.strides, 2, 1) || !wholeNumbers(found.dilations, 2, 1))
    attributeError('2 strides and 2 dilations of at least 1');
  if (!wholeNumbers(found.pads, 4, 0)) attributeError('4 pads of at least 0');
  if (!wholeNumbers([found.group], 1, 1)) attributeError(`a whole number of groups, not ${found.group}`);
  return found;
}

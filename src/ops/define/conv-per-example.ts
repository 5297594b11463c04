import type { Tensor } from '../../graph/index.ts';
import { matmul, pad, reshape, sliceRange, stack } from '../build/index.ts';
import type { ExampleGradients, PerExampleRule } from '../definition.ts';
import { geometryOf, type Geometry } from './window.ts';

/**
 * The part of an image that each window of a convolution sees: [n, channels·kh·kw, windows].
 *
 * @param x [n, channels, height, width]
 * @param windows number of windows: rows, columns
 */
function patches(x: Tensor, kernel: readonly number[], windows: readonly number[], geometry: Geometry): Tensor {
  const { strides, pads, dilations } = geometry;
  const [n, channels] = x.shape as [number, number];
  const [kh, kw] = kernel as [number, number];
  const [rows, columns] = windows as [number, number];
  const padded = pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]]);
  const seen = Array.from({ length: kh * kw }, (_, k) => {
    const [top, left] = [Math.floor(k / kw) * dilations[0], (k % kw) * dilations[1]];
    const ends = [n, channels, top + (rows - 1) * strides[0] + 1, left + (columns - 1) * strides[1] + 1];
    const elements = sliceRange(padded, { starts: [0, 0, top, left], ends, steps: [1, 1, ...strides] });
    return reshape(elements, [n, channels, rows * columns]);
  });
  return reshape(stack(seen, 2), [n, channels * kh * kw, rows * columns]);
}

/** Rows [n, channels, positions] apart by group: [n, group, channels/group, positions]. */
const grouped = (x: Tensor, group: number): Tensor =>
  reshape(x, [x.shape[0]!, group, x.shape[1]! / group, x.shape[2]!]);

/** One matrix of products for each group: `Σ_p a_p b_pᵀ` → [n, …kernels]. */
const byGroups = (a: Tensor, b: Tensor, group: number, kernels: readonly number[]): ExampleGradients => ({
  kind: 'explicit',
  gradient: reshape(matmul(grouped(a, group), grouped(b, group), { transB: true }), [a.shape[0]!, ...kernels]),
});

const flat = (image: Tensor): Tensor => reshape(image, [...image.shape.slice(0, 2), -1]);

/**
 * For y = x ∗ w: `G_i = Σ_p ȳ_ip x_ipᵀ` over window positions p, with the part x_ip of the image that a window sees. Kernels
 * of groups are the diagonal blocks of that matrix: built without the rest.
 */
export function kernelGradients(output: Tensor): PerExampleRule {
  const [x, w] = output.inputs as [Tensor, Tensor];
  const geometry = geometryOf(output);
  const inputs = patches(x, w.shape.slice(2), output.shape.slice(2), geometry);
  return (cotangent) =>
    geometry.group === 1
      ? { kind: 'products', cotangents: flat(cotangent), inputs, transposed: false }
      : byGroups(flat(cotangent), inputs, geometry.group, w.shape);
}

/** For the transposed convolution x̂ of y by w: `G_i = Σ_p y_ip c_ipᵀ`, with the part c_ip of the cotangent that a window sees. */
export function imageGradients(output: Tensor): PerExampleRule {
  const [y, w] = output.inputs as [Tensor, Tensor];
  const geometry = geometryOf(output);
  const inputs = flat(y);
  return (cotangent) => {
    const cotangents = patches(cotangent, w.shape.slice(2), y.shape.slice(2), geometry);
    return geometry.group === 1
      ? { kind: 'products', cotangents, inputs, transposed: true }
      : byGroups(inputs, cotangents, geometry.group, w.shape);
  };
}

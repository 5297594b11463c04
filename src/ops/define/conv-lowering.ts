import { ints, type Tensor } from '../../graph/index.ts';
import type { Lowering } from '../definition.ts';
import { geometryOf, type Geometry } from './window.ts';

/** The attributes that ONNX's Conv and ConvTranspose share. */
const onnxGeometry = ({ strides, pads, dilations }: Geometry) => ({
  strides: ints(strides),
  pads: ints(pads),
  dilations: ints(dilations),
});

/**
 * A Conv node for x [n, channels, h, w] and a weight [out, channels, kh, kw].
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
  const wrong = lowering.device === 'gpu' && channels > 3 && channels % 3 === 0 && channels % 4 !== 0 && out % 4 === 0;
  const missing = [0, 0, 0, 0, 0, 4 - (channels % 4), 0, 0];
  const widened = (name: string): string => (wrong ? lowering.node('Pad', [name, lowering.integers(missing)]) : name);
  return lowering.node('Conv', [widened(x), widened(weight)], onnxGeometry(geometry));
}

/**
 * Both ways to an input gradient unfold one side: the turned convolution each pixel's windows of the cotangent, ConvTranspose
 * the kernel's products with each element of the cotangent. Where the first unfolds this much more, ConvTranspose is faster
 * on the CPU: for 16×10² → 6×14², 5×5 (5 times as much) 1.6 ms against 11 for 100 images on two threads, for
 * 64×6² → 32×8², 3×3 (3.6 times) 3.2 against 12, but for 32×14² → 32×16² (1.3 times) 22 against 17.
 */
const unfoldsMore = 2;

/**
 * With stride 1 the input gradient is the convolution with the kernel turned by 180° and its channels exchanged, which
 * runs on the forward kernel; otherwise, and where it unfolds much less, ConvTranspose, told the padding that restores the
 * image's size.
 */
export function lowerInputGradient(lowering: Lowering, tensor: Tensor, y: string, w: string): string {
  const { strides, pads, dilations } = geometryOf(tensor);
  const [kernel, image] = [tensor.inputs[1]!.shape.slice(2), tensor.inputs[0]!.shape.slice(2)];
  const reach = kernel.map((size, axis) => dilations[axis]! * (size - 1));
  const opposite = [0, 1, 2, 3].map((side) => reach[side % 2]! - pads[side]!);
  // What each way unfolds of an image, for each element of the kernel.
  const byTurnedKernel = tensor.inputs[0]!.shape[1]! * tensor.shape[2]! * tensor.shape[3]!;
  const byTranspose = tensor.shape[1]! * image[0]! * image[1]!;
  const isTransposedFaster = lowering.device === 'cpu' && byTurnedKernel >= unfoldsMore * byTranspose;
  if (!isTransposedFaster && strides.every((stride) => stride === 1) && opposite.every((width) => width >= 0)) {
    const exchanged = lowering.node('Transpose', [w], { perm: ints([1, 0, 2, 3]) });
    const last = kernel.map((size) => size - 1);
    const turned = kernel.every((size) => size === 1)
      ? exchanged
      : lowering.node('Slice', [
          exchanged,
          lowering.integers(last),
          lowering.integers([-(2 ** 31), -(2 ** 31)]),
          lowering.integers([2, 3]),
          lowering.integers([-1, -1]),
        ]);
    const pads = opposite as [number, number, number, number];
    return convNode(lowering, y, turned, tensor.inputs[0]!.shape[1]!, tensor.shape[1]!, { strides, pads, dilations });
  }
  const outputPadding = [0, 1].map((axis) => {
    const natural = strides[axis]! * (image[axis]! - 1) + reach[axis]! + 1 - pads[axis]! - pads[axis + 2]!;
    return tensor.shape[axis + 2]! - natural;
  });
  return lowering.node('ConvTranspose', [y, w], {
    ...onnxGeometry({ strides, pads, dilations }),
    output_padding: ints(outputPadding),
  });
}

/**
 * One batched product [n,out,p]·[n,p,in] for each element of the kernel, summed over the batch. Of the lowerings that
 * were timed on the CPU (docs/method.md) this was the fastest at every size.
 */
export function lowerWeightGradient(lowering: Lowering, tensor: Tensor, x: string, y: string): string {
  const { strides, pads, dilations } = geometryOf(tensor);
  const [image, cotangent] = tensor.inputs as [Tensor, Tensor];
  const [n, channels] = image.shape as [number, number];
  const [, out, rows, columns] = cotangent.shape as [number, number, number, number];
  const [kh, kw] = tensor.shape.slice(2) as [number, number];
  const flat = lowering.node('Reshape', [y, lowering.integers([n, out, rows * columns])]);
  const padded = pads.some((width) => width > 0)
    ? lowering.node('Pad', [x, lowering.integers([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]])])
    : x;
  const terms: string[] = [];
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++) {
      const [top, left] = [i * dilations[0], j * dilations[1]];
      const bottom = top + (rows - 1) * strides[0] + 1;
      const right = left + (columns - 1) * strides[1] + 1;
      const seen = lowering.node('Slice', [
        padded,
        lowering.integers([top, left]),
        lowering.integers([bottom, right]),
        lowering.integers([2, 3]),
        lowering.integers(strides),
      ]);
      const flatSeen = lowering.node('Reshape', [seen, lowering.integers([n, channels, rows * columns])]);
      const turned = lowering.node('Transpose', [flatSeen], { perm: ints([0, 2, 1]) });
      const products = lowering.node('MatMul', [flat, turned]);
      terms.push(
        lowering.node('ReduceSum', [products, lowering.integers([0])], { keepdims: { type: 'int', value: 0 } }),
      );
    }
  const apart = terms.map((term) => lowering.node('Reshape', [term, lowering.integers([out, channels, 1])]));
  const joined = apart.length === 1 ? apart[0]! : lowering.node('Concat', apart, { axis: { type: 'int', value: 2 } });
  return lowering.node('Reshape', [joined, lowering.integers([out, channels, kh, kw])]);
}

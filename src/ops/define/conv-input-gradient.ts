import { int, ints, type Tensor } from '../../graph/index.ts';
import type { Lowering } from '../definition.ts';
import {
  channelWeight,
  convNode,
  convSizes,
  onnxGeometry,
  reshaped,
  tapCorner,
  transposed,
  type ConvSizes,
} from './conv-lowering.ts';

/**
 * The input gradient `x̂[n,i,q] = Σ_{o,k,p: s·p + d·k − pad = q} y[n,o,p]·w[o,i,k]`. With stride 1 it is the convolution
 * with the turned kernel, which runs on the forward kernel; on the CPU two other ways are faster for some sizes
 * (docs/bench.md has the times).
 */
export function lowerInputGradient(lowering: Lowering, tensor: Tensor, y: string, w: string): string {
  const [cotangent, weight] = tensor.inputs as [Tensor, Tensor];
  const sizes = convSizes(tensor, tensor.shape, cotangent.shape, weight.shape);
  const { channels, out, height, width, rows, columns, strides } = sizes;
  const opposite = oppositePads(sizes);
  if (strides.some((stride) => stride !== 1) || opposite.some((side) => side < 0)) return spread(lowering, sizes, y, w);
  if (lowering.device === 'cpu') {
    if (sizes.group === 1 && channelWeight(sizes) > 4) return overAllPositions(lowering, sizes, y, w);
    // Unfolding the cotangent would write over four times what folding the result reads.
    if (out * height * width > 4 * channels * rows * columns) return spread(lowering, sizes, y, w);
  }
  return turned(lowering, sizes, y, w);
}

const reach = ({ kh, kw, dilations }: ConvSizes): [number, number] => [
  dilations[0] * (kh - 1),
  dilations[1] * (kw - 1),
];

/** Padding of the cotangent with which the turned kernel restores the image. */
const oppositePads = (sizes: ConvSizes): [number, number, number, number] =>
  [0, 1, 2, 3].map((side) => reach(sizes)[side % 2]! - sizes.pads[side]!) as [number, number, number, number];

/** A convolution with the kernel turned by 180° and its channels exchanged; stride 1. */
function turned(lowering: Lowering, sizes: ConvSizes, y: string, w: string): string {
  const { channels, out, kh, kw, strides, dilations, group } = sizes;
  const exchanged = channelsExchanged(lowering, sizes, w);
  const kernel =
    kh === 1 && kw === 1
      ? exchanged
      : lowering.node('Slice', [
          exchanged,
          lowering.integers([kh - 1, kw - 1]),
          lowering.integers([-(2 ** 31), -(2 ** 31)]),
          lowering.integers([2, 3]),
          lowering.integers([-1, -1]),
        ]);
  return convNode(lowering, y, kernel, out, channels, { strides, pads: oppositePads(sizes), dilations, group });
}

/** The kernel with its channels exchanged, in each group apart: [channels, out/group, kh, kw]. */
function channelsExchanged(lowering: Lowering, { channels, out, kh, kw, group }: ConvSizes, w: string): string {
  if (group === 1) return transposed(lowering, w, [1, 0, 2, 3]);
  if (channels === group && out === group) return w;
  const byGroup = reshaped(lowering, w, [group, out / group, channels / group, kh, kw]);
  return reshaped(lowering, transposed(lowering, byGroup, [0, 2, 1, 3, 4]), [channels, out / group, kh, kw]);
}

/** ConvTranspose, told the padding that restores the image's size. */
function spread(lowering: Lowering, sizes: ConvSizes, y: string, w: string): string {
  const { height, width, rows, columns, strides, pads } = sizes;
  const outputPadding = [0, 1].map((axis) => {
    const natural =
      strides[axis]! * ([rows, columns][axis]! - 1) + reach(sizes)[axis]! + 1 - pads[axis]! - pads[axis + 2]!;
    return [height, width][axis]! - natural;
  });
  return lowering.node('ConvTranspose', [y, w], { ...onnxGeometry(sizes), output_padding: ints(outputPadding) });
}

/** One product [n·p,out]·[out,k·in]; what each element of the kernel gives is then added to the image; stride 1. */
function overAllPositions(lowering: Lowering, sizes: ConvSizes, y: string, w: string): string {
  const { n, channels, out, height, width, rows, columns, kh, kw, pads } = sizes;
  const taps = kh * kw;
  const flat = reshaped(lowering, transposed(lowering, y, [0, 2, 3, 1]), [n * rows * columns, out]);
  const weights = reshaped(lowering, transposed(lowering, w, [0, 2, 3, 1]), [out, taps * channels]);
  const products = reshaped(lowering, lowering.node('MatMul', [flat, weights]), [n, rows, columns, taps * channels]);
  const parts =
    taps === 1 ? [products] : lowering.nodes('Split', [products], taps, { axis: int(3), num_outputs: int(taps) });
  const placed = parts.map((part, k) => {
    const [top, left] = tapCorner(sizes, k);
    const bottom = height + pads[0] + pads[2] - rows - top;
    const right = width + pads[1] + pads[3] - columns - left;
    return lowering.node('Pad', [part, lowering.integers([0, top, left, 0, 0, bottom, right, 0])]);
  });
  const summed = placed.reduce((one, other) => lowering.node('Add', [one, other]));
  const cut = lowering.node('Slice', [
    summed,
    lowering.integers([pads[0], pads[1]]),
    lowering.integers([pads[0] + height, pads[1] + width]),
    lowering.integers([1, 2]),
  ]);
  return transposed(lowering, cut, [0, 3, 1, 2]);
}

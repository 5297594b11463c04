import { hostTensor, type DType } from '../../base/index.ts';
import { int, type Tensor } from '../../graph/index.ts';
import type { Lowering } from '../definition.ts';
import {
  channelWeight,
  convSizes,
  onnxGeometry,
  reshaped,
  seenByTaps,
  transposed,
  zeroPadded,
  type ConvSizes,
} from './conv-lowering.ts';

/** Up to this many channels all elements of the kernel are met in one product: the copies of the image stay small. */
const fewChannels = 8;

/**
 * The weight gradient `ŵ[o,i,k] = Σ_{n,p} x[n,i,s·p + d·k − pad]·y[n,o,p]` as matrix products, of which there are three
 * kinds on the CPU; which is fastest depends on the sizes (docs/bench.md has the times). A GPU takes the one with the fewest kernels.
 */
export function lowerWeightGradient(lowering: Lowering, tensor: Tensor, x: string, y: string): string {
  const [image, cotangent] = tensor.inputs as [Tensor, Tensor];
  const sizes = convSizes(tensor, image.shape, cotangent.shape, tensor.shape);
  const isDepthwise = sizes.group === sizes.channels && sizes.group === sizes.out;
  if (sizes.group > 1)
    return isDepthwise ? channelByChannel(lowering, sizes, x, y) : groupByGroup(lowering, sizes, x, y);
  if (lowering.device === 'gpu')
    return unfoldsByConvolution(sizes)
      ? unfoldedByConvolution(lowering, sizes, x, y, image.dtype)
      : imageByImage(lowering, sizes, x, y);
  if (channelWeight(sizes) > 1) return overAllPositions(lowering, sizes, x, y);
  return sizes.channels <= fewChannels ? unfolded(lowering, sizes, x, y) : imageByImage(lowering, sizes, x, y);
}

/** For each element of the kernel a batch of products [out,p]·[p,in], summed over the batch. */
function imageByImage(lowering: Lowering, sizes: ConvSizes, x: string, y: string): string {
  const { n, channels, out, rows, columns } = sizes;
  const flat = reshaped(lowering, y, [n, out, rows * columns]);
  const terms = seenByTaps(lowering, zeroPadded(lowering, x, sizes), sizes, [2, 3]).map((seen) => {
    const turned = transposed(lowering, reshaped(lowering, seen, [n, channels, rows * columns]), [0, 2, 1]);
    return summedOverBatch(lowering, lowering.node('MatMul', [flat, turned]));
  });
  return joined(lowering, sizes, terms);
}

/** Bytes that every WebGPU device can bind to a kernel at once. */
const bindable = 2 ** 27;

/** Whether the patches fit, there is more than one element of the kernel, and Conv finds as many positions as the cotangent has. */
function unfoldsByConvolution({ n, channels, height, width, rows, columns, kh, kw, ...geometry }: ConvSizes): boolean {
  const { strides, dilations, pads } = geometry;
  const positions = [height, width].map((size, axis) => {
    const room = size + pads[axis]! + pads[axis + 2]! - dilations[axis]! * ([kh, kw][axis]! - 1) - 1;
    return Math.floor(room / strides[axis]!) + 1;
  });
  const bytes = 16 * n * channels * Math.ceil((kh * kw) / 4) * rows * columns;
  return kh * kw > 1 && bytes <= bindable && positions[0] === rows && positions[1] === columns;
}

/**
 * What each element of the kernel sees, by one convolution of each channel with unit kernels, then for each image one product
 * [out,p]·[p,in·k], summed over the batch: 5 kernels on a GPU, where a product for each of 3×3 elements takes 39. Kernels of zeros fill
 * each channel's up to a multiple of 4: ONNX Runtime 1.30 mixes up groups on WebGPU where it takes 4 outputs at once across two.
 */
function unfoldedByConvolution(lowering: Lowering, sizes: ConvSizes, x: string, y: string, dtype: DType): string {
  const { n, channels, out, rows, columns, kh, kw } = sizes;
  const [taps, filled] = [kh * kw, 4 * Math.ceil((kh * kw) / 4)];
  const units = hostTensor(dtype, [channels * filled, 1, kh, kw], unitKernels(channels, taps, filled));
  const geometry = onnxGeometry({ ...sizes, group: channels });
  const seen = lowering.node('Conv', [x, lowering.constant(units)], geometry);
  const patches = transposed(lowering, reshaped(lowering, seen, [n, channels * filled, rows * columns]), [0, 2, 1]);
  const products = lowering.node('MatMul', [reshaped(lowering, y, [n, out, rows * columns]), patches]);
  const all = reshaped(lowering, summedOverBatch(lowering, products), [out, channels, filled]);
  const own = lowering.node('Slice', [all, ...[0, taps, 2].map((value) => lowering.integers([value]))]);
  return reshaped(lowering, own, [out, channels, kh, kw]);
}

/** For each channel the kernels that are 1 at one element and 0 elsewhere, and then some of zeros. */
function unitKernels(channels: number, taps: number, filled: number): Float32Array<ArrayBuffer> {
  const units = new Float32Array(channels * filled * taps);
  for (let channel = 0; channel < channels; channel++)
    for (let tap = 0; tap < taps; tap++) units[(channel * filled + tap) * taps + tap] = 1;
  return units;
}

/** One batch of products [out,p]·[p,k·in] for all elements of the kernel, summed over the batch. */
function unfolded(lowering: Lowering, sizes: ConvSizes, x: string, y: string): string {
  const { n, channels, out, rows, columns, kh, kw } = sizes;
  const seen = seenByTaps(lowering, zeroPadded(lowering, x, sizes), sizes, [2, 3]).map((part) =>
    reshaped(lowering, part, [n, channels, rows * columns]),
  );
  const patches = transposed(lowering, concatenated(lowering, seen, 1), [0, 2, 1]);
  const products = lowering.node('MatMul', [reshaped(lowering, y, [n, out, rows * columns]), patches]);
  const tapsFirst = reshaped(lowering, summedOverBatch(lowering, products), [out, kh, kw, channels]);
  return transposed(lowering, tapsFirst, [0, 3, 1, 2]);
}

/**
 * For each element of the kernel the products with what it sees, summed over positions and the batch: about three times as fast
 * as matrix products of one row (32 images of 32 channels, 28×28: 20 ms against 63).
 */
function channelByChannel(lowering: Lowering, sizes: ConvSizes, x: string, y: string): string {
  const terms = seenByTaps(lowering, zeroPadded(lowering, x, sizes), sizes, [2, 3]).map((seen) =>
    lowering.node('ReduceSum', [lowering.node('Mul', [seen, y]), lowering.integers([0, 2, 3])], { keepdims: int(0) }),
  );
  return joined(lowering, { ...sizes, channels: 1 }, terms);
}

/** For each image and group one product [out,p]·[p,k·in] of the group's channels, summed over the batch. */
function groupByGroup(lowering: Lowering, sizes: ConvSizes, x: string, y: string): string {
  const { n, channels, out, rows, columns, kh, kw, group } = sizes;
  const [positions, inGroup, outGroup] = [rows * columns, channels / group, out / group];
  const seen = seenByTaps(lowering, zeroPadded(lowering, x, sizes), sizes, [2, 3]).map((part) =>
    reshaped(lowering, part, [n, group, inGroup, 1, positions]),
  );
  const patches = reshaped(lowering, concatenated(lowering, seen, 3), [n, group, inGroup * kh * kw, positions]);
  const flat = reshaped(lowering, y, [n, group, outGroup, positions]);
  const products = lowering.node('MatMul', [flat, transposed(lowering, patches, [0, 1, 3, 2])]);
  return reshaped(lowering, summedOverBatch(lowering, products), [out, inGroup, kh, kw]);
}

/** For each element of the kernel one product [out,n·p]·[n·p,in]. */
function overAllPositions(lowering: Lowering, sizes: ConvSizes, x: string, y: string): string {
  const { n, channels, out, rows, columns } = sizes;
  const positions = n * rows * columns;
  const flat = reshaped(lowering, transposed(lowering, y, [1, 0, 2, 3]), [out, positions]);
  const channelLast = transposed(lowering, zeroPadded(lowering, x, sizes), [0, 2, 3, 1]);
  const terms = seenByTaps(lowering, channelLast, sizes, [1, 2]).map((seen) =>
    lowering.node('MatMul', [flat, reshaped(lowering, seen, [positions, channels])]),
  );
  return joined(lowering, sizes, terms);
}

const summedOverBatch = (lowering: Lowering, products: string): string =>
  lowering.node('ReduceSum', [products, lowering.integers([0])], { keepdims: int(0) });

const concatenated = (lowering: Lowering, parts: readonly string[], axis: number): string =>
  parts.length === 1 ? parts[0]! : lowering.node('Concat', parts, { axis: int(axis) });

/** One matrix [out,in] for each element of the kernel → [out,in,kh,kw]. */
function joined(lowering: Lowering, { channels, out, kh, kw }: ConvSizes, terms: readonly string[]): string {
  const apart = terms.map((term) => reshaped(lowering, term, [out, channels, 1]));
  return reshaped(lowering, concatenated(lowering, apart, 2), [out, channels, kh, kw]);
}

import { int, type Tensor } from '../../graph/index.ts';
import type { Lowering } from '../definition.ts';
import {
  channelWeight,
  convSizes,
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
 * kinds on the CPU; which is fastest depends on the sizes (docs/bench.md has the times).
 */
export function lowerWeightGradient(lowering: Lowering, tensor: Tensor, x: string, y: string): string {
  const [image, cotangent] = tensor.inputs as [Tensor, Tensor];
  const sizes = convSizes(tensor, image.shape, cotangent.shape, tensor.shape);
  if (sizes.group > 1) return groupByGroup(lowering, sizes, x, y);
  if (lowering.device !== 'cpu') return imageByImage(lowering, sizes, x, y);
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

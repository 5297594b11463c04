import type { FileArray } from '../arrays/index.ts';
import { emptyLike, type RawExamples } from './core/raw.ts';

/** Where inputs of three axes have their channels; `auto` looks at their sizes. */
export type ChannelOrder = 'auto' | 'first' | 'last';

/** How inputs become those of a network. */
export interface ArrayLayout {
  /** Of one input, as the network gets it: channels first. */
  readonly shape: readonly number[];
  /** Whether channels come last in the array and are moved to the front. */
  readonly moves: boolean;
  /** What was decided, where something was. */
  readonly note: string | null;
}

/** Numbers of channels that images have. */
const usual = new Set([1, 3, 4]);

/**
 * The layout of inputs `[n, …]`. `[n, height, width, channels]` become `[channels, height, width]` where the order is `last`,
 * or `auto` and only the last axis can be one of channels (1, 3 or 4 of them); bytes `[n, height, width]` are images of one
 * channel. Everything else stays as it is.
 */
export function nchw({ shape: all, type }: FileArray, order: ChannelOrder): ArrayLayout {
  const shape = all.slice(1);
  const [a = 0, b = 0, c = 0] = shape;
  const written = `[${['n', ...shape].join(', ')}]`;
  if (shape.length === 2 && type === 'uint8' && order === 'auto') {
    return { shape: [1, a, b], moves: false, note: `bytes ${written} are taken as images of one channel` };
  }
  const last = order === 'last' || (order === 'auto' && usual.has(c) && !usual.has(a));
  if (shape.length !== 3 || !last) return { shape, moves: false, note: null };
  const moved = [c, a, b];
  return {
    shape: moved,
    moves: true,
    note: `inputs ${written} have their channels last; they are moved to the front: [${['n', ...moved].join(', ')}]`,
  };
}

/** Inputs in the layout of the network; the same array where nothing moves. */
export function withLayout(
  values: RawExamples['values'],
  count: number,
  { shape, moves }: ArrayLayout,
): RawExamples['values'] {
  if (!moves) return values;
  const [channels, height, width] = shape as [number, number, number];
  const plane = height * width;
  const moved = emptyLike(values, values.length);
  for (let example = 0; example < count; example++) {
    const start = example * plane * channels;
    for (let pixel = 0; pixel < plane; pixel++)
      for (let channel = 0; channel < channels; channel++)
        moved[start + channel * plane + pixel] = values[start + pixel * channels + channel]!;
  }
  return moved;
}

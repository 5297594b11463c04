import type { Geometry } from './window.ts';

/** Calls `visit` with the positions of x, w and y in every product of a convolution. */
export function forEachProduct(
  x: readonly number[],
  w: readonly number[],
  y: readonly number[],
  { strides, pads, dilations, group }: Geometry,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [batch, channels, height, width] = x as [number, number, number, number];
  const [out, seen, kh, kw] = w as [number, number, number, number];
  const [, , rows, columns] = y as [number, number, number, number];
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < out; o++)
      for (let i = 0; i < seen; i++)
        for (let p = 0; p < rows * columns; p++)
          for (let k = 0; k < kh * kw; k++) {
            const row = Math.floor(p / columns) * strides[0] + Math.floor(k / kw) * dilations[0] - pads[0];
            const column = (p % columns) * strides[1] + (k % kw) * dilations[1] - pads[1];
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            const channel = Math.floor((o * group) / out) * seen + i;
            visit(
              ((n * channels + channel) * height + row) * width + column,
              (o * seen + i) * kh * kw + k,
              (n * out + o) * rows * columns + p,
            );
          }
}

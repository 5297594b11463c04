/** A loss surface over a grid, ready to be drawn in space: x along a, z along b, y upwards. */
export interface SurfaceMesh {
  /** x, y, z of each point of the grid that has a height; others lie at 0 and belong to no triangle. */
  readonly positions: Float32Array;
  /** Height of each point as a share in [0, 1] of the range that is shown. */
  readonly shares: Float32Array;
  /** Corners of the triangles. */
  readonly indices: Uint32Array;
  /** Points without a height: not finite, or not positive on a logarithmic scale. */
  readonly omitted: number;
  /** The place of a point of the plane with a loss; null where it has no height. */
  readonly place: (a: number, b: number, loss: number) => readonly [x: number, y: number, z: number] | null;
}

export interface SurfaceValues {
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** Loss at (a[i], b[j]): number j·|a| + i. */
  readonly loss: readonly number[];
}

/** Height of the picture, where its larger side is 2. */
const tall = 1;

/** The longer axis goes from −1 to 1 and the highest loss lies at 1. Null where fewer than two different losses have a height. */
export function surfaceMesh({ a, b, loss }: SurfaceValues, scale: 'linear' | 'log'): SurfaceMesh | null {
  const heightOf = (value: number): number => (scale === 'log' ? Math.log10(value > 0 ? value : NaN) : value);
  const heights = loss.map(heightOf);
  const finite = heights.filter(Number.isFinite);
  const [low, high] = [
    finite.reduce((x, y) => Math.min(x, y), Infinity),
    finite.reduce((x, y) => Math.max(x, y), -Infinity),
  ];
  if (!(low < high)) return null;
  const [spanA, spanB] = [a.at(-1)! - a[0]!, b.at(-1)! - b[0]!];
  const unit = 2 / Math.max(spanA, spanB);
  const shareOf = (height: number): number => (height - low) / (high - low);
  const place: SurfaceMesh['place'] = (first, second, value) => {
    const share = shareOf(heightOf(value));
    if (!Number.isFinite(share)) return null;
    return [(first - a[0]! - spanA / 2) * unit, share * tall, (second - b[0]! - spanB / 2) * unit];
  };
  const positions = new Float32Array(3 * heights.length);
  const shares = new Float32Array(heights.length);
  heights.forEach((height, index) => {
    const point = place(a[index % a.length]!, b[Math.floor(index / a.length)]!, loss[index]!);
    if (!point) return;
    positions.set(point, 3 * index);
    shares[index] = shareOf(height);
  });
  const indices = Uint32Array.from(triangles(a.length, b.length, (index) => Number.isFinite(heights[index])));
  return { positions, shares, indices, omitted: heights.length - finite.length, place };
}

/** Two triangles for each cell, of those whose corners all have a height. */
function triangles(columns: number, rows: number, isKnown: (index: number) => boolean): number[] {
  const corners: number[] = [];
  for (let row = 0; row + 1 < rows; row++)
    for (let column = 0; column + 1 < columns; column++) {
      const here = row * columns + column;
      const [right, below, across] = [here + 1, here + columns, here + columns + 1];
      for (const triangle of [
        [here, below, right],
        [right, below, across],
      ])
        if (triangle.every(isKnown)) corners.push(...triangle);
    }
  return corners;
}

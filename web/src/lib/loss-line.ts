/** A curve in a box on a logarithmic vertical axis, and the way back from a height to a value. */
export interface LossLine {
  /** SVG path data. */
  readonly path: string;
  readonly low: number;
  readonly high: number;
  /** Height in the box of a value. */
  readonly y: (value: number) => number;
  /** Value at a height of the box, within `low` and `high`, in three significant digits. */
  readonly valueAt: (y: number) => number;
}

/** The positive finite values of a curve in a box; null where fewer than two of them differ. */
export function lossLine(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  { width, height }: { readonly width: number; readonly height: number },
): LossLine | null {
  const points = Array.from(values, (value, index) => [x[index]!, value] as const)
    .filter(([, value]) => Number.isFinite(value) && value > 0)
    .sort(([a], [b]) => a - b);
  const ofValues = points.map(([, value]) => value);
  const [low, high] = [Math.min(...ofValues), Math.max(...ofValues)];
  if (points.length < 2 || !(low < high)) return null;
  const [first, last] = [points[0]![0], points.at(-1)![0]];
  const y = (value: number): number => (height * Math.log(high / value)) / Math.log(high / low);
  const path = points
    .map(([at, value], index) => {
      const across = last > first ? (width * (at - first)) / (last - first) : 0;
      return `${index === 0 ? 'M' : 'L'}${across.toFixed(1)},${y(value).toFixed(1)}`;
    })
    .join('');
  const valueAt = (at: number): number => {
    const value = high * (low / high) ** (at / height);
    return Math.min(high, Math.max(low, Number(value.toPrecision(3))));
  };
  return { path, low, high, y, valueAt };
}

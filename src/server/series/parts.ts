import { clockOf, type CurveParts, type RunFile } from '../../contract/index.ts';
import type { RowColumns } from '../../figures/index.ts';

/** More coordinates than this are no parts that one could choose from. */
const mostCoordinates = 1000;

/** Coordinates of the records, and the iterations of each epoch that has some. */
export const partsOf = (rows: RowColumns, run: RunFile): CurveParts => ({
  coordinates: coordinatesOf(rows),
  epochs: epochsOf(rows, run),
});

function coordinatesOf({ coordinate, length }: RowColumns): CurveParts['coordinates'] {
  const counts = new Map<number, number>();
  for (let row = 0; row < length; row++) {
    const at = coordinate[row]!;
    if (Number.isNaN(at)) continue;
    counts.set(at, (counts.get(at) ?? 0) + 1);
    if (counts.size > mostCoordinates) return null;
  }
  return [...counts].sort(([a], [b]) => a - b).map(([coordinate, count]) => ({ coordinate, count }));
}

function epochsOf({ iteration, length }: RowColumns, run: RunFile): CurveParts['epochs'] {
  const clock = clockOf(run);
  const epochs: CurveParts['epochs'] = [];
  let known = -1;
  for (let row = 0; row < length; row++) {
    const t = iteration[row]!;
    if (Number.isNaN(t) || t === known) continue;
    known = t;
    const epoch = clock.at(t).epoch + 1;
    const current = epochs.at(-1);
    if (current?.epoch === epoch) current.to = t + 1;
    else epochs.push({ epoch, from: t, to: t + 1 });
  }
  return epochs;
}

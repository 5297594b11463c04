import type { LegendEntry } from '../specification.ts';
import { textWidth, wrapText } from '../text-width.ts';
import type { FigureTheme } from '../theme.ts';
import type { FigureElement, Pen } from './pen.ts';

export const legendRowHeight = 18;
const gap = 16;

/** Width of a sample with the space behind it, pixels. */
function sampleWidth({ symbol, ramp }: LegendEntry): number {
  if (symbol === 'none') return 0;
  if (symbol === 'point' || symbol === 'ring') return 14;
  return symbol === 'ramp' ? 12 * (ramp?.length ?? 0) + 6 : 30;
}

const entryWidth = (entry: LegendEntry): number => sampleWidth(entry) + textWidth(entry.label);

/** Width of entries beside each other. */
export const legendWidth = (entries: readonly LegendEntry[]): number =>
  entries.reduce((sum, entry) => sum + entryWidth(entry) + gap, -gap);

/** Entries in rows of at most `width` pixels; a longer one has a row of its own. A word stays with the entry that it introduces. */
export function legendRows(entries: readonly LegendEntry[], width: number): LegendEntry[][] {
  const rows: LegendEntry[][] = [];
  for (const entry of entries.flatMap((whole) => partsOf(whole, width))) {
    const row = rows.at(-1);
    if (row && legendWidth([...row, entry]) <= width) row.push(entry);
    else rows.push(row && row.length > 1 && row.at(-1)!.symbol === 'none' ? [row.pop()!, entry] : [entry]);
  }
  return rows;
}

/** An entry that is wider than `width` in parts: its sample with the start of its label, and the rest of it. */
function partsOf(entry: LegendEntry, width: number): LegendEntry[] {
  if (entryWidth(entry) <= width) return [entry];
  const [first, ...rest] = wrapText(entry.label, width - sampleWidth(entry));
  return [
    { ...entry, label: first! },
    ...rest.map((label) => ({ label, color: entry.color, symbol: 'none' }) as const),
  ];
}

/** One row of entries from `left` rightwards, its text on the line `y`. */
export function legendRow(
  pen: Pen,
  theme: FigureTheme,
  row: readonly LegendEntry[],
  left: number,
  y: number,
): FigureElement[] {
  let x = left;
  return row.flatMap((entry) => {
    const label = pen.write(entry.label, { x: x + sampleWidth(entry), y, fill: theme.muted });
    const drawn = [...sample(pen, entry, x, y - 4), label];
    x += entryWidth(entry) + gap;
    return drawn;
  });
}

function sample({ draw }: Pen, entry: LegendEntry, x: number, y: number): FigureElement[] {
  const { color, dash, symbol, ramp = [] } = entry;
  switch (symbol ?? 'stroke') {
    case 'none':
      return [];
    case 'point':
      return [draw('path', { d: outline(entry, x + 4, y), fill: color })];
    case 'ring':
      return [draw('path', { d: outline(entry, x + 4, y), fill: 'none', stroke: color, 'stroke-width': 1.25 })];
    case 'area':
      return [draw('rect', { x, y: y - 5, width: 24, height: 10, fill: color, 'fill-opacity': 0.3 })];
    case 'ramp':
      return ramp.map((step, index) =>
        draw('rect', { x: x + 12 * index, y: y - 5, width: 12, height: 10, fill: step }),
      );
    case 'stroke': {
      const stroke = draw('line', { x1: x, y1: y, x2: x + 24, y2: y, stroke: color, 'stroke-width': 2 });
      if (dash) stroke.setAttribute('stroke-dasharray', dash);
      return [stroke];
    }
  }
}

/** A point's outline around (x, y), 7 pixels across. */
function outline({ shape = 'circle' }: LegendEntry, x: number, y: number): string {
  switch (shape) {
    case 'circle':
      return `M${x - 3.5},${y}a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0Z`;
    case 'square':
      return `M${x - 3},${y - 3}h6v6h-6Z`;
    case 'triangle':
      return `M${x},${y - 4}L${x + 3.7},${y + 2.6}H${x - 3.7}Z`;
    case 'diamond':
      return `M${x},${y - 4.3}L${x + 3},${y}L${x},${y + 4.3}L${x - 3},${y}Z`;
  }
}

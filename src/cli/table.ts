/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** Columns with the highest number go first when the table is too wide; 0 (default) always stays. */
  readonly expendable?: number;
}

const gap = '  ';

/** An aligned table. Where `width` is too small it loses its most expendable columns, and then cuts lines off. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width = Infinity): string {
  const cells = columns.map((column) => [column.title, ...rows.map(column.value)]);
  const widths = cells.map((texts) => Math.max(...texts.map((text) => text.length)));
  const shown = fitting(columns, widths, width);
  const line = (row: number): string =>
    shown
      .map((at) => pad(cells[at]![row]!, widths[at]!, columns[at]!.align))
      .join(gap)
      .trimEnd();
  return Array.from({ length: rows.length + 1 }, (_, row) => cut(line(row), width)).join('\n');
}

/** Positions of the columns that fit. */
function fitting<Row>(columns: readonly Column<Row>[], widths: readonly number[], width: number): number[] {
  const shown = columns.map((_, at) => at);
  const total = (): number => shown.reduce((sum, at) => sum + widths[at]! + gap.length, -gap.length);
  const rank = (at: number): number => columns[at]!.expendable ?? 0;
  while (total() > width) {
    const worst = shown.reduce((a, b) => (rank(b) > rank(a) ? b : a));
    if (rank(worst) === 0) break;
    shown.splice(shown.indexOf(worst), 1);
  }
  return shown;
}

const pad = (text: string, width: number, align: Column<never>['align']): string =>
  align === 'right' ? text.padStart(width) : text.padEnd(width);

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

/** Lines of `name  value`, the values below each other. */
export function formatPairs(pairs: readonly (readonly [name: string, value: string])[], indent = '  '): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${indent}${name.padEnd(width)}${gap}${value}`.trimEnd()).join('\n');
}

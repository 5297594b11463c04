import type { FinalQuantity } from '../contract/index.ts';
import { shortKey, valueText, type CellResult, type SweepPlan, type SweepResult } from '../sweep/index.ts';
import { formatNumber, formatSeconds } from './format.ts';
import { formatTable, type Column } from './table.ts';

/** The columns of a sweep's axes, for rows that have a cell. */
export function axisColumns<Row>({ axes }: SweepPlan, cellOf: (row: Row) => CellResult['values']): Column<Row>[] {
  const keys = axes.map(({ key }) => key);
  return keys.map((key) => ({
    title: shortKey(key, keys),
    value: (row) => (Object.hasOwn(cellOf(row), key) ? valueText(cellOf(row)[key]) : '–'),
    align: 'right',
  }));
}

/** How the figures of cells are shown, the most expendable ones last. */
const figureColumns: readonly {
  readonly name: FinalQuantity;
  readonly title: string;
  readonly format?: 'share' | 'seconds';
}[] = [
  { name: 'trainLoss', title: 'training loss' },
  { name: 'testAccuracy', title: 'test accuracy', format: 'share' },
  { name: 'validationAccuracy', title: 'validation accuracy', format: 'share' },
  { name: 'testLoss', title: 'test loss' },
  { name: 'validationLoss', title: 'validation loss' },
  { name: 'trainAccuracy', title: 'training accuracy', format: 'share' },
  { name: 'meanHeight', title: 'mean height' },
  { name: 'distance', title: 'distance' },
  { name: 'seconds', title: 'time', format: 'seconds' },
];

/** What `thalweg sweep` prints at the end: the cells with their figures over the seeds, and what failed. */
export function resultText(plan: SweepPlan, { cells, failures }: SweepResult, width: number | undefined): string {
  const figures = figureColumns.filter(({ name }) => cells.some((cell) => cell.figures[name] !== null));
  const columns: Column<CellResult>[] = [
    ...axisColumns<CellResult>(plan, ({ values }) => values),
    { title: 'n', value: ({ finished }) => String(finished), align: 'right' },
    ...figures.map(({ name, title, format }, index): Column<CellResult> => ({
      title,
      value: (cell) => figureText(cell, name, format),
      align: 'right',
      expendable: index,
    })),
    ...(cells.some((cell) => noteOf(cell) !== '') ? [{ title: '', value: noteOf }] : []),
  ];
  return [
    `${plan.name}: ${plan.runs.length} runs in ${plan.cells.length} cells (mean ± standard deviation over seeds)`,
    formatTable(columns, cells, width),
    ...failures.map(({ id, message }) => `  ${id} failed: ${message.replace(`${id} failed: `, '')}`),
  ].join('\n');
}

function figureText({ figures }: CellResult, name: FinalQuantity, format?: 'share' | 'seconds'): string {
  const figure = figures[name];
  if (!figure) return '–';
  const { mean, deviation } = figure;
  if (format === 'seconds') return formatSeconds(mean);
  const scale = format === 'share' ? 100 : 1;
  const spread = deviation === null ? '' : ` ± ${Number((scale * deviation).toPrecision(2))}`;
  return `${format === 'share' ? (100 * mean).toFixed(2) : formatNumber(mean)}${spread}${format === 'share' ? ' %' : ''}`;
}

const noteOf = ({ dropped, failed, unfinished }: CellResult): string =>
  [
    ...(dropped === null ? [] : [`ended after ${dropped}`]),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(dropped === null && unfinished > 0 ? [`${unfinished} unfinished`] : []),
  ].join(', ');

/** The document of `thalweg sweep --json`. */
export const resultDocument = (plan: SweepPlan, { cells, failures }: SweepResult): Record<string, unknown> => ({
  sweep: plan.name,
  axes: plan.axes,
  leftOut: plan.leftOut,
  cells,
  runs: runDocuments(plan),
  failures,
});

/** The runs of a sweep with their cells. */
export const runDocuments = ({ runs, cells }: SweepPlan): unknown[] =>
  runs.map(({ id, cell, seed }) => ({ id, seed, values: cells[cell] }));

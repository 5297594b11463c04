import { extname } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import {
  encodeMeasurements,
  type MeasuredValue,
  type MeasurementReport,
  type QuantitySpecification,
} from '../../contract/index.ts';
import type { MeasuredRun } from '../../run/index.ts';
import { defaultRunsDirectory, resolveRunId, writeSafetensors } from '../../store/index.ts';
import { resolveQuantities } from '../../studies/index.ts';
import { formatNumber } from '../format.ts';
import { interruptible } from '../interrupt.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { requireWritable } from '../files.ts';
import { createMeasuringDisplay } from '../measuring.ts';
import { given } from '../options.ts';
import { formatTable, type Column } from '../table.ts';

export interface MeasureCommandOptions {
  readonly at?: number | 'last';
  readonly quantity?: readonly string[];
  readonly examples?: number | 'all';
  readonly set?: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
  readonly data?: string;
  readonly runs?: string;
  readonly threads?: number | 'auto';
}

/** `thalweg measure <run> --at <iteration> --quantity <name>`: nothing is written but the file of `--out`. */
export async function measure(run: string | undefined, options: MeasureCommandOptions, io: Io): Promise<number> {
  const { out, json, examples, set: sets, threads, at } = options;
  if (run === undefined) throw new ThalwegError('USAGE', 'measure: missing required argument "run", or --model');
  if (at === undefined) throw new ThalwegError('USAGE', 'measure: required option "--at <iteration>" not specified');
  if (options.quantity === undefined)
    throw new ThalwegError('USAGE', 'measure: required option "--quantity <name>" not specified');
  const quantities = resolveQuantities({ names: options.quantity, ...given({ sets, examples }) });
  if (out !== undefined) requireOut(out, quantities);
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const id = resolveRunId(runsDirectory, run);
  const output = json === true ? io.stderr : io.stdout;
  const display = createMeasuringDisplay(output, { unit: 'products', atMost: true });
  const measured = await interruptible('measure', io, async (signal) => {
    const { measureRun } = await import('../../run/index.ts');
    const place = given({ dataDirectory: options.data, threads });
    return measureRun(
      { runsDirectory, id, at, quantities, tensors: out !== undefined, ...place },
      {
        signal,
        onProgress: ({ quantity, products, of }) => display.show({ what: quantity, done: products, of }),
        onNote: (text) => display.note(text),
      },
    );
  }).finally(() => display.end());
  if (out !== undefined) writeLine(output, await saved(out, measured, runsDirectory));
  if (json === true) writeJson(io.stdout, encodeMeasurements(measured.report));
  else writeLine(io.stdout, textOf(measured.report, io.stdout.columns));
  return 0;
}

const scattered = 'per-example-hessian-trace';

/** Measuring may take hours: the file must not fail only then. */
function requireOut(out: string, quantities: readonly QuantitySpecification[]): void {
  requireWritable('--out', out, ['.safetensors', '.svg', '.png']);
  if (!isFigure(out) || quantities.some(({ kind }) => kind === scattered)) return;
  throw new ThalwegError(
    'USAGE',
    `--out: expected --quantity ${scattered} for a figure, its scatter, got ${quantities.map(({ kind }) => kind).join(', ')}`,
  );
}

const isFigure = (out: string): boolean => extname(out).toLowerCase() !== '.safetensors';

/** Writes the tensors, or the scatter of traces; returns what to say of it. */
async function saved(out: string, measured: MeasuredRun, runsDirectory: string): Promise<string> {
  const { report, tensors } = measured;
  const { run, iteration } = report;
  if (isFigure(out)) {
    await (await import('../trace-figure.ts')).saveTraceFigure(out, measured, runsDirectory);
    return out;
  }
  writeSafetensors(out, { tensors: { ...tensors }, metadata: { run, iteration: String(iteration) } });
  return `${out}: ${Object.keys(tensors).join(', ') || 'no tensors, since these quantities have none'}`;
}

const textOf = ({ run, iteration, quantities }: MeasurementReport, width: number | undefined): string =>
  `${run} at iteration ${iteration}\n${formatTable(columns(quantities), quantities, width)}`;

const coordinateColumn: Column<MeasuredValue> = {
  title: 'coordinate',
  value: ({ coordinate }) => (coordinate === undefined ? '' : formatNumber(coordinate)),
  align: 'right',
};

/** Columns of a table of values. */
export const columns = (values: readonly MeasuredValue[]): Column<MeasuredValue>[] => [
  { title: 'quantity', value: ({ name }) => name },
  ...(values.some(({ coordinate }) => coordinate !== undefined) ? [coordinateColumn] : []),
  { title: 'value', value: ({ value }) => formatNumber(value), align: 'right' },
  { title: 'standard error', value: ({ standardError }) => errorText(standardError), align: 'right' },
  { title: 'examples', value: ({ examples }) => String(examples ?? '–'), align: 'right', expendable: 2 },
  { title: 'products', value: ({ products }) => String(products), align: 'right', expendable: 3 },
  { title: 'seconds', value: ({ seconds }) => seconds.toFixed(2), align: 'right', expendable: 4 },
  {
    title: 'converged',
    value: ({ converged }) => (converged === null ? '–' : converged ? 'yes' : 'no'),
    expendable: 1,
  },
];

const errorText = (standardError: number | null): string =>
  standardError === null ? 'exact' : formatNumber(standardError);

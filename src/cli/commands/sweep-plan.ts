import type { SweepCell } from '../../contract/index.ts';
import { estimateSweep, PriceBook, runState, type SweepEstimate, type SweepPlan } from '../../sweep/index.ts';
import { formatBytes, formatClock } from '../format.ts';
import { interruptible } from '../interrupt.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { axisColumns, runDocuments } from '../sweeping.ts';
import { formatTable, type Column } from '../table.ts';
import { runsOf, type SweepOptions } from './sweep.ts';

/** Cells that are listed. */
const mostListed = 20;

interface Row {
  readonly cell: SweepCell;
  readonly runs: number;
  readonly finished: number;
}

/** `thalweg sweep <file> --dry-run`: the runs, and what those that are missing take on this machine; nothing is made. */
export async function sweepPlan(plan: SweepPlan, options: SweepOptions, io: Io): Promise<number> {
  const output = options.json === true ? io.stderr : io.stdout;
  const runsDirectory = runsOf(options);
  if (options.json !== true) writeLine(io.stdout, tableOf(plan, runsDirectory, io.stdout.columns));
  const onNote = (note: string): void => writeLine(output, note);
  const prices = new PriceBook({ dataDirectory: options.data, onNote });
  const estimate = await interruptible('sweep: timing', io, (signal) =>
    estimateSweep(plan, runsDirectory, options.workers, { prices, onNote, signal }),
  );
  const { name, axes, leftOut } = plan;
  if (options.json === true) writeJson(io.stdout, { sweep: name, axes, leftOut, runs: runDocuments(plan), estimate });
  else writeLine(io.stdout, estimateText(plan, estimate));
  return 0;
}

function tableOf(plan: SweepPlan, runsDirectory: string, width: number | undefined): string {
  const rows = plan.cells.map((cell): { cell: SweepCell; runs: number; finished: number } => ({
    cell,
    runs: 0,
    finished: 0,
  }));
  for (const run of plan.runs) {
    const row = rows[run.cell]!;
    row.runs++;
    if (runState(run, runsDirectory).status === 'finished') row.finished++;
  }
  const columns: Column<Row>[] = [
    ...axisColumns<Row>(plan, ({ cell }) => cell),
    { title: 'runs', value: ({ runs }) => String(runs), align: 'right' },
    { title: 'there', value: ({ finished }) => String(finished), align: 'right' },
  ];
  const more = rows.length - mostListed;
  const rest = more > 0 ? [`… and ${more} more cells (--json lists all)`] : [];
  return [formatTable(columns, rows.slice(0, mostListed), width), ...rest].join('\n');
}

function estimateText(plan: SweepPlan, estimate: SweepEstimate): string {
  const { runs, finished, workers, threads, seconds, memory, kinds, timed } = estimate;
  const { constraints, repeated } = plan.leftOut;
  const notes = [
    ...(constraints > 0 ? [`${constraints} cells left out by constraints`] : []),
    ...(repeated > 0 ? [`${repeated} random draws that repeat earlier ones left out`] : []),
    ...(timed < kinds ? [`${timed} of ${kinds} kinds of runs were timed; the others are taken for their mean`] : []),
  ];
  const share = `${workers} ${workers === 1 ? 'worker' : 'workers'} of ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  const size = memory === null ? '' : `, ${formatBytes(memory)} each`;
  const bound = plan.halving ? 'at most ' : '';
  return [
    `${runs} runs in ${plan.cells.length} cells, ${finished} of them are there`,
    ...notes,
    finished === runs ? 'nothing is left to make' : `predicted: ${bound}${formatClock(seconds)} with ${share}${size}`,
  ].join('\n');
}

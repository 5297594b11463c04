import { estimateTrials, planTrials, selectTrials, type ExperimentPlan } from '../../reproduce/index.ts';
import { defaultRunsDirectory } from '../../store/index.ts';
import { defaultScale, type Paper } from '../../studies/index.ts';
import { PriceBook } from '../../sweep/index.ts';
import { formatClock } from '../format.ts';
import { interruptible } from '../interrupt.ts';
import { writeJson, writeLine, type Io, type Output } from '../io.ts';
import { formatTable, type Column } from '../table.ts';
import type { ReproduceOptions } from './reproduce.ts';

/** `thalweg reproduce <paper…> --dry-run`: what would be made and what it costs; nothing is made. */
export async function reproducePlan(papers: readonly Paper[], options: ReproduceOptions, io: Io): Promise<number> {
  const { scale = defaultScale, json } = options;
  if (json !== true) {
    await printPlan(papers, options, io.stdout, io);
    return 0;
  }
  const plans = await estimate(papers, options, io.stderr, io);
  writeJson(io.stdout, { scale, experiments: plans, seconds: secondsOf(plans) });
  return 0;
}

/** Prints the plan with its price. */
export async function printPlan(
  papers: readonly Paper[],
  options: ReproduceOptions,
  output: Output,
  io: Io,
): Promise<void> {
  const plans = await estimate(papers, options, output, io);
  writeLine(
    output,
    `${formatTable(columns, plans, output.columns)}\npredicted: ${formatClock(secondsOf(plans))}, one trial after the other, one thread each`,
  );
}

const secondsOf = (plans: readonly ExperimentPlan[]): number => plans.reduce((sum, plan) => sum + plan.seconds, 0);

function estimate(
  papers: readonly Paper[],
  { scale = defaultScale, seeds, only = [], data: dataDirectory, runs }: ReproduceOptions,
  output: Output,
  io: Io,
): Promise<ExperimentPlan[]> {
  const planned = papers.flatMap((paper) => planTrials(paper, scale, seeds));
  const trials = selectTrials(planned, papers, only);
  const request = { trials, runsDirectory: runs ?? defaultRunsDirectory() };
  const onNote = (note: string): void => writeLine(output, note);
  const prices = new PriceBook({ dataDirectory, onNote });
  return interruptible('reproduce: timing', io, (signal) => estimateTrials(request, { prices, onNote, signal }));
}

const columns: readonly Column<ExperimentPlan>[] = [
  { title: 'experiment', value: ({ experiment }) => experiment },
  { title: 'trials', value: ({ trials }) => String(trials), align: 'right' },
  { title: 'there', value: ({ finished }) => String(finished), align: 'right' },
  { title: 'time', value: ({ seconds }) => formatClock(seconds), align: 'right' },
  { title: 'what', value: ({ title }) => title, expendable: 1 },
];

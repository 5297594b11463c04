import { estimateTrials, planTrials, selectTrials, type ExperimentPlan } from '../../reproduce/index.ts';
import { defaultRunsDirectory } from '../../store/index.ts';
import { defaultScale, type Paper } from '../../studies/index.ts';
import { formatClock } from '../format.ts';
import { interruptible } from '../interrupt.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { formatTable, type Column } from '../table.ts';
import type { ReproduceOptions } from './reproduce.ts';

/** `thalweg reproduce <paper…> --dry-run`: what would be made and what it costs; nothing is made. */
export async function reproducePlan(papers: readonly Paper[], options: ReproduceOptions, io: Io): Promise<number> {
  const { scale = defaultScale, seeds, only = [], data: dataDirectory, json } = options;
  const output = json === true ? io.stderr : io.stdout;
  const planned = papers.flatMap((paper) => planTrials(paper, scale, seeds));
  const trials = selectTrials(planned, papers, only);
  const request = { trials, runsDirectory: options.runs ?? defaultRunsDirectory(), dataDirectory };
  const plans = await interruptible('reproduce --dry-run', io, async () =>
    estimateTrials(request, (note) => writeLine(output, note)),
  );
  const seconds = plans.reduce((sum, plan) => sum + plan.seconds, 0);
  if (json === true) writeJson(io.stdout, { scale, experiments: plans, seconds });
  else writeLine(io.stdout, `${formatTable(columns, plans, io.stdout.columns)}\npredicted: ${formatClock(seconds)}`);
  return 0;
}

const columns: readonly Column<ExperimentPlan>[] = [
  { title: 'experiment', value: ({ experiment }) => experiment },
  { title: 'trials', value: ({ trials }) => String(trials), align: 'right' },
  { title: 'there', value: ({ finished }) => String(finished), align: 'right' },
  { title: 'time', value: ({ seconds }) => formatClock(seconds), align: 'right' },
  { title: 'what', value: ({ title }) => title, expendable: 1 },
];

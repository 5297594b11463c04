import { join, resolve } from 'node:path';
import { clockOf, noFinalFigures, type ProbeCost, type RunFile, type RunSummary } from '../contract/index.ts';
import { commandLine, formatClock, formatNumber, formatPercent, formatSeconds, formatShare } from './format.ts';
import { formatPairs } from './table.ts';

const summaryOf = (run: RunFile): RunSummary =>
  run.summary ?? {
    ...noFinalFigures,
    iterations: run.iteration,
    epochs: clockOf(run).epochs(run.iteration),
    seconds: 0,
    probes: [],
  };

/** The document of `run --json` and `resume --json`: what was trained, how it ended, and its final numbers. */
export function runDocument(run: RunFile, runsDirectory: string): Record<string, unknown> {
  const { id, status, specification } = run;
  return {
    run: id,
    study: specification.study ?? null,
    scale: specification.scale ?? null,
    name: specification.name ?? null,
    seed: specification.seed,
    status,
    parent: run.parent && { run: run.parent.run, iteration: run.parent.iteration },
    directory: join(resolve(runsDirectory), id),
    totalIterations: run.totalIterations,
    ...summaryOf(run),
  };
}

/** Name and value of each final number. */
export function summaryPairs(run: RunFile): [name: string, value: string][] {
  const summary = summaryOf(run);
  const { barriers, interpolated } = summary;
  const evaluated = (loss: number | null, accuracy: number | null): string =>
    `loss ${formatNumber(loss)}, accuracy ${formatShare(accuracy)}`;
  const validation: [string, string] = ['validation', evaluated(summary.validationLoss, summary.validationAccuracy)];
  return [
    ['training', evaluated(summary.trainLoss, summary.trainAccuracy)],
    ...(run.data.validationExamples > 0 ? [validation] : []),
    ['test', evaluated(summary.testLoss, summary.testAccuracy)],
    [
      'barriers',
      interpolated === null
        ? 'not interpolated'
        : `${barriers ?? 0} of ${interpolated} interpolated updates crossed one`,
    ],
    [
      'mean height',
      summary.meanHeight === null ? '–' : `${formatNumber(summary.meanHeight)} nat above the valley floor`,
    ],
    ['distance', summary.distance === null ? '–' : `${formatNumber(summary.distance)} from the initialisation`],
    ...summary.probes.map((cost): [string, string] => [cost.kind, costText(cost)]),
  ];
}

/** `3 measurements, 120 products, 4.1 s (12 %)`. */
const costText = ({ measurements, products, seconds, share }: ProbeCost): string =>
  [
    `${measurements} measurements`,
    ...(products > 0 ? [`${products} products`] : []),
    `${formatSeconds(seconds)} (${formatPercent(share)})`,
  ].join(', ');

/** The closing words of a run: final numbers, where it lies, how to look at it or go on with it. */
export function closingText(run: RunFile, runsDirectory: string, runsOption?: string): string {
  const { iterations, seconds } = summaryOf(run);
  const what = run.specification.study ?? run.specification.name ?? run.specification.data.name;
  const head = `${run.status} ${what}, seed ${run.specification.seed}: ${iterations} of ${run.totalIterations} iterations in ${formatClock(seconds)}`;
  const next =
    run.status === 'finished'
      ? lookingCommands(run.id, runsOption)
      : [['go on', commandLine(['resume', run.id], runsOption)] as const];
  return `${head}\n${formatPairs([...summaryPairs(run), ['run', join(resolve(runsDirectory), run.id)], ...next])}`;
}

const lookingCommands = (id: string, runs?: string): (readonly [string, string])[] => [
  ['look', commandLine(['show', id], runs)],
  ['', commandLine(['figure', id, '--figure', 'walk', '--out', 'walk.svg'], runs)],
  ['', commandLine(['serve'], runs)],
];

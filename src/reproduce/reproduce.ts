import { availableParallelism, totalmem } from 'node:os';
import type { Ledger, Scale } from '../contract/index.ts';
import type { Paper } from '../studies/index.ts';
import { createEvidence } from './evidence.ts';
import { executeTrials, type ExecuteHooks, type StartTrial } from './execute.ts';
import { ledgerOf } from './ledger.ts';
import { createReport, type PlannedPaper } from './report/report.ts';
import { prepareReport, writeReport } from './report/write.ts';
import { selectTrials } from './selection.ts';
import { createStarter } from './start.ts';
import { planTrials, type PlannedTrial } from './trial.ts';

export interface ReproduceRequest {
  readonly papers: readonly Paper[];
  readonly scale: Scale;
  /** Seeds 1 … n; absent: each experiment's own number. */
  readonly seeds?: number;
  readonly runsDirectory: string;
  readonly dataDirectory?: string;
  /** Only what these claims, figures, tables, experiments or rows need; default: everything. */
  readonly only?: readonly string[];
  /** Processes at a time; default: one for each core that has 2.5 GB of memory. */
  readonly workers?: number;
  /** Whether missing trials are made; default true. */
  readonly run?: boolean;
  /** How trials begin; default: in processes that carry out one after another. */
  readonly start?: StartTrial;
  /** Folder of the report; absent: none. It is written again while trials are made. */
  readonly reportDirectory?: string;
}

/** What a study gave. */
export interface Reproduction {
  readonly ledgers: readonly Ledger[];
  /** Trials that failed in this session, with the reason. */
  readonly failures: readonly { readonly id: string; readonly message: string }[];
}

const memoryOfWorker = 2.5e9;
/** Milliseconds between two partial reports. */
const reportInterval = 60_000;

/**
 * Makes what papers need and judges their claims. Runs and results that exist are used. Throws `USAGE` for an unknown name in
 * `only`, `STORE_FAILED` for a report that cannot be written, `INTERRUPTED` when the signal aborts (after a report on
 * what there is).
 */
export async function reproduce(request: ReproduceRequest, hooks: ExecuteHooks): Promise<Reproduction> {
  const { papers, scale, seeds, runsDirectory, reportDirectory, only = [], run = true } = request;
  const planned = papers.map((paper) => ({ paper, trials: planTrials(paper, scale, seeds) }));
  const trials = selectTrials(
    planned.flatMap((each) => each.trials),
    papers,
    only,
  );
  if (reportDirectory !== undefined) prepareReport(reportDirectory);
  const report = (): void => {
    if (reportDirectory !== undefined) writeReport(createReport(planned, scale, runsDirectory), reportDirectory);
  };
  const failures: { id: string; message: string }[] = [];
  try {
    if (run) await execute(request, trials, watched(hooks, report, failures));
  } finally {
    report();
  }
  return { ledgers: planned.map((each) => ledger(each, scale, runsDirectory)), failures };
}

async function execute(request: ReproduceRequest, trials: readonly PlannedTrial[], hooks: ExecuteHooks): Promise<void> {
  const { runsDirectory, dataDirectory, seeds, workers = defaultWorkers() } = request;
  const threads = Math.max(1, Math.floor(availableParallelism() / workers));
  const starter = createStarter({ runsDirectory, dataDirectory, seeds });
  try {
    await executeTrials({ trials, runsDirectory, workers, threads, start: request.start ?? starter.start }, hooks);
  } finally {
    await starter.close();
  }
}

/** One thread each is the most work a second: what several threads of one small program gain is less. */
const defaultWorkers = (): number =>
  Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / memoryOfWorker)));

/** Keeps the failures, and writes a partial report now and then. */
function watched(hooks: ExecuteHooks, report: () => void, failures: { id: string; message: string }[]): ExecuteHooks {
  let reported = performance.now();
  return {
    ...hooks,
    onMessage(message) {
      hooks.onMessage(message);
      if (message.type === 'failed') failures.push({ id: message.id, message: message.message });
      if (message.type !== 'finished' || performance.now() - reported < reportInterval) return;
      report();
      reported = performance.now();
    },
  };
}

const ledger = ({ paper, trials }: PlannedPaper, scale: Scale, runsDirectory: string): Ledger =>
  ledgerOf(paper, createEvidence(trials, runsDirectory, scale));

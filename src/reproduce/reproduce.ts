import type { Ledger, Scale } from '../contract/index.ts';
import { requireNoWorker } from '../store/index.ts';
import type { Paper } from '../studies/index.ts';
import {
  chooseShare,
  PriceBook,
  shareAmong,
  thisMachine,
  type MakingHooks,
  type RunQueue,
  type Share,
} from '../sweep/index.ts';
import { createEvidence } from './evidence.ts';
import { executeTrials } from './execute.ts';
import { ledgerOf } from './ledger.ts';
import { createReport, type PlannedPaper } from './report/report.ts';
import { prepareReport, writeReport } from './report/write.ts';
import { selectTrials } from './selection.ts';
import { createStarter, type StartTrial } from './start.ts';
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
  /** Processes at a time; default: as many as cores and memory allow for these runs. */
  readonly workers?: number;
  /** Whether missing trials are made; default true. */
  readonly run?: boolean;
  /** How trials begin; default: in processes that carry out one after another. */
  readonly start?: StartTrial;
  /** Where runs are made; default: in processes of this machine. Computations stay here: they read the runs in the folder. */
  readonly queue?: RunQueue;
  /** Folder of the report; absent: none. It is written again while trials are made. */
  readonly reportDirectory?: string;
}

/** What a study gave. */
export interface Reproduction {
  readonly ledgers: readonly Ledger[];
  /** Trials that failed in this session, with the reason. */
  readonly failures: readonly { readonly id: string; readonly message: string }[];
}

/** Milliseconds between two partial reports. */
const reportInterval = 60_000;

/**
 * Makes what papers need and judges their claims. Runs and results that exist are used. Throws `USAGE` for an unknown name in
 * `only`, `STORE_FAILED` for a report that cannot be written, `INTERRUPTED` when the signal aborts (after a report on
 * what there is).
 */
export async function reproduce(request: ReproduceRequest, hooks: MakingHooks): Promise<Reproduction> {
  const { papers, scale, seeds, runsDirectory, reportDirectory, only = [], run = true } = request;
  const planned = papers.map((paper) => ({ paper, trials: planTrials(paper, scale, seeds) }));
  const trials = selectTrials(
    planned.flatMap((each) => each.trials),
    papers,
    only,
  );
  if (run) requireNoWorker(runsDirectory, 'a study');
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

async function execute(request: ReproduceRequest, trials: readonly PlannedTrial[], hooks: MakingHooks): Promise<void> {
  const { runsDirectory, dataDirectory, seeds, queue } = request;
  const starter = createStarter({ runsDirectory, dataDirectory, seeds });
  const startHere = request.start ?? starter.start;
  const start: StartTrial = (trial, threads, onProgress) =>
    queue && trial.kind === 'training' ? queue.start(trial, onProgress) : startHere(trial, threads, onProgress);
  const share = (open: readonly PlannedTrial[]): Promise<Share> => shareFor(request, open, hooks);
  try {
    await executeTrials({ trials, runsDirectory, share, start, ...(queue && { runs: queue.concurrency }) }, hooks);
  } finally {
    await starter.close();
  }
}

/** Computations take little memory; what runs take is found out. */
async function shareFor(
  { dataDirectory, workers, start, queue }: ReproduceRequest,
  open: readonly PlannedTrial[],
  { onMessage, signal = new AbortController().signal }: MakingHooks,
): Promise<Share> {
  const machine = thisMachine();
  const trained = open.flatMap((trial) => (trial.kind === 'training' ? [trial] : []));
  if (workers !== undefined || trained.length === 0 || start !== undefined || queue !== undefined || signal.aborted)
    return shareAmong(machine.cores, workers ?? machine.cores);
  const onNote = (message: string): void => onMessage({ type: 'note', message });
  const prices = new PriceBook({ dataDirectory, onNote });
  return chooseShare(trained, undefined, { prices, onNote, signal }, machine);
}

/** Keeps the failures, and writes a partial report now and then. */
function watched(hooks: MakingHooks, report: () => void, failures: { id: string; message: string }[]): MakingHooks {
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

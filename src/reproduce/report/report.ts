import { ThalwegError } from '../../base/index.ts';
import type { Ledger, OutcomeFile, Scale } from '../../contract/index.ts';
import type { TabledFigure, ThemeName } from '../../figures/index.ts';
import { describeMachine } from '../../run/index.ts';
import type { Evidence, Experiment, Paper, PaperFigure, PaperTable } from '../../studies/index.ts';
import { createEvidence, type PaperEvidence } from '../evidence.ts';
import { ledgerOf } from '../ledger.ts';
import { stateOf } from '../state.ts';
import type { PlannedTrial } from '../trial.ts';

/** A figure in the report: drawn, or the reason why not. */
export interface ReportFigure {
  readonly figure: PaperFigure;
  readonly drawn: Readonly<Record<ThemeName, TabledFigure>> | null;
  readonly reason: string | null;
}

export interface ReportTable {
  readonly table: PaperTable;
  readonly built: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } | null;
  readonly reason: string | null;
}

export interface ReportExperiment {
  readonly experiment: Experiment;
  readonly trials: number;
  readonly finished: number;
  /** Wall time of the finished trials, summed. */
  readonly seconds: number;
}

export interface PaperReport {
  readonly paper: Paper;
  readonly ledger: Ledger;
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly ReportTable[];
  readonly experiments: readonly ReportExperiment[];
}

/** Everything that a report shows; nothing in it is drawn yet. */
export interface Report {
  readonly scale: Scale;
  readonly papers: readonly PaperReport[];
  readonly environment: OutcomeFile['environment'];
  /** ISO time at which it was made. */
  readonly created: string;
}

/** A paper with its plan. */
export interface PlannedPaper {
  readonly paper: Paper;
  readonly trials: readonly PlannedTrial[];
}

/** The report on what lies in a folder of runs now; what is missing is said where it would stand. */
export function createReport(planned: readonly PlannedPaper[], scale: Scale, runsDirectory: string): Report {
  return {
    scale,
    papers: planned.map((each) => paperReport(each, scale, runsDirectory)),
    environment: describeMachine(),
    created: new Date().toISOString(),
  };
}

function paperReport({ paper, trials }: PlannedPaper, scale: Scale, runsDirectory: string): PaperReport {
  const evidence = createEvidence(trials, runsDirectory, scale);
  return {
    paper,
    ledger: ledgerOf(paper, evidence),
    figures: paper.figures.map((figure) => reportFigure(figure, evidence)),
    tables: paper.tables.map((table) => reportTable(table, evidence)),
    experiments: paper.experiments.map((experiment) => {
      const own = trials.filter((trial) => trial.experiment === experiment);
      const done = own.map((trial) => stateOf(trial, runsDirectory)).filter(({ status }) => status === 'finished');
      const seconds = done.reduce((sum, state) => sum + (state.seconds ?? 0), 0);
      return { experiment, trials: own.length, finished: done.length, seconds };
    }),
  };
}

function reportFigure(figure: PaperFigure, evidence: PaperEvidence): ReportFigure {
  const { made, reason } = attempt(figure.needs, evidence, (own) => ({
    light: figure.draw(own, { theme: 'light' }),
    dark: figure.draw(own, { theme: 'dark' }),
  }));
  return { figure, drawn: made, reason };
}

function reportTable(table: PaperTable, evidence: PaperEvidence): ReportTable {
  const { made, reason } = attempt(table.needs, evidence, (own) => table.build(own));
  return { table, built: made, reason };
}

function attempt<T>(
  needs: readonly string[],
  evidence: PaperEvidence,
  make: (own: Evidence) => T,
): { made: T; reason: null } | { made: null; reason: string } {
  try {
    return { made: make(evidence.of(needs)), reason: null };
  } catch (error) {
    if (!(error instanceof ThalwegError) || error.code === 'INTERNAL') throw error;
    return { made: null, reason: error.message };
  }
}

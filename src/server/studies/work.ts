import type { Ledger, PaperTableBody, PlanProgress, Scale, StudyTrial } from '../../contract/index.ts';
import type { ThemeName } from '../../figures/index.ts';
import type { ExperimentPlan } from '../../reproduce/index.ts';
import type { MakingMessage } from '../../sweep/index.ts';
import type { Work } from '../../workers/index.ts';

/** The runs of a paper that are meant. */
export interface PlanKey {
  readonly paper: string;
  readonly scale: Scale;
  /** Seeds 1 … n; undefined: each experiment's own number. */
  readonly seeds: number | undefined;
}

/** A figure as a file. */
export interface FigureOrder {
  readonly id: string;
  readonly format: 'svg' | 'png' | 'csv';
  readonly theme: ThemeName;
  /** Pixels; undefined: as wide as figures are. */
  readonly width: number | undefined;
  /** Pixels of a PNG for each pixel of the figure. */
  readonly pixels: number;
}

/** Where runs and data sets lie. */
export interface StudyPlace {
  readonly runsDirectory: string;
  /** Default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
}

/** What another process does for the server: what takes longer than a request may hold up the others. */
export type StudyRequest = StudyPlace &
  (
    | { readonly kind: 'overview' }
    | ({ readonly kind: 'trials' } & PlanKey)
    /** `seen`: the state that the asker knows. */
    | ({ readonly kind: 'ledger'; readonly seen: string | null } & PlanKey)
    | ({ readonly kind: 'figure' } & FigureOrder & PlanKey)
    | ({ readonly kind: 'table'; readonly id: string } & PlanKey)
    | ({ readonly kind: 'estimate'; readonly only: readonly string[] } & PlanKey)
    | ({ readonly kind: 'reproduce'; readonly only: readonly string[] } & PlanKey)
  );

export type ExperimentTrials = Readonly<Record<string, StudyTrial[]>>;
export type Overview = Readonly<Record<string, Record<Scale, PlanProgress>>>;

/** A ledger, and what tells the files that it was judged from from others. */
export interface JudgedLedger {
  readonly state: string;
  /** Null: nothing has changed since the asker's state. */
  readonly ledger: Ledger | null;
}

export type StudyReply =
  | { readonly kind: 'overview'; readonly overview: Overview }
  | { readonly kind: 'trials'; readonly trials: ExperimentTrials }
  | { readonly kind: 'ledger'; readonly judged: JudgedLedger }
  | { readonly kind: 'figure'; readonly content: string | Uint8Array }
  | { readonly kind: 'table'; readonly table: PaperTableBody }
  | { readonly kind: 'estimate'; readonly experiments: readonly ExperimentPlan[] }
  | { readonly kind: 'reproduce' };

/** Those who carry out requests. */
export interface StudyWorkers {
  /** Something that is read: one request after another. */
  read(request: StudyRequest): Promise<StudyReply>;
  /** Something that takes long, in a process of its own. */
  begin(request: StudyRequest, onMessage: (message: MakingMessage) => void): Work<StudyReply>;
  /** Resolves when all have ended. */
  close(): Promise<void>;
}

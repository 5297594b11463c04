import { ThalwegError } from '../../base/index.ts';
import type { Ledger, PaperTableBody, PlanProgress } from '../../contract/index.ts';
import { drawnCsv } from '../../figures/index.ts';
import { renderPng, renderSvg } from '../../figures/node/index.ts';
import {
  createEvidence,
  judgeClaims,
  measureClaim,
  planTrials,
  refuseClaim,
  type ClaimMeasurement,
  type PaperEvidence,
} from '../../reproduce/index.ts';
import type { Claim, Paper } from '../../studies/index.ts';
import { WatchedTrials } from './watched-trials.ts';
import type { ExperimentTrials, FigureOrder, JudgedLedger, PlanKey } from './work.ts';

/** Milliseconds for which what was read is kept for the next question. */
const keptFor = 20_000;

/** Answers questions about one plan of a paper. A claim is measured again only where files of its trials have changed. */
export class PlanReader {
  readonly #paper: Paper;
  readonly #key: PlanKey;
  readonly #runsDirectory: string;
  readonly #watched: WatchedTrials;
  readonly #measured = new Map<string, { readonly marks: string; readonly measurement: ClaimMeasurement }>();
  #evidence: { readonly state: string; readonly evidence: PaperEvidence } | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(paper: Paper, key: PlanKey, runsDirectory: string) {
    this.#paper = paper;
    this.#key = key;
    this.#runsDirectory = runsDirectory;
    this.#watched = new WatchedTrials(planTrials(paper, key.scale, key.seeds), runsDirectory);
  }

  progress(): PlanProgress {
    this.#watched.look();
    const { trials } = this.#watched;
    const finished = trials.filter((trial) => this.#watched.state(trial).status === 'finished').length;
    return { trials: trials.length, finished, secondsLeft: this.#secondsLeft() };
  }

  trials(): ExperimentTrials {
    this.#watched.look();
    return Object.fromEntries(
      this.#paper.experiments.map(({ id: experiment }) => [
        experiment,
        this.#watched.of([experiment]).map((trial) => {
          const { id, kind, condition, seed } = trial;
          return { id, kind, condition: { ...condition }, seed, ...this.#watched.state(trial) };
        }),
      ]),
    );
  }

  /** The ledger, unless nothing has changed since the state `seen`. */
  ledger(seen: string | null): JudgedLedger {
    const state = this.#watched.look();
    return { state, ledger: state === seen ? null : this.#judge(state) };
  }

  /** A figure as a file. Throws `FIGURE_UNKNOWN`, `RUN_STATE` when runs are missing, and `NO_DATA`. */
  figure({ id, format, theme, width, pixels }: FigureOrder): string | Uint8Array {
    const figure = this.#paper.figures.find((each) => each.id === id);
    if (!figure) throw unknownExhibit('figure', id, this.#paper);
    const evidence = this.#evidenceAt(this.#watched.look()).of(figure.needs);
    const drawn = figure.draw(evidence, { theme, ...(width !== undefined && { width }) });
    if (format === 'csv') return drawnCsv(drawn);
    const svg = renderSvg(drawn);
    return format === 'svg' ? svg : renderPng(svg, { scale: pixels });
  }

  /** The cells of a table. Throws like {@link figure}. */
  table(id: string): PaperTableBody {
    const table = this.#paper.tables.find((each) => each.id === id);
    if (!table) throw unknownExhibit('table', id, this.#paper);
    const { columns, rows } = table.build(this.#evidenceAt(this.#watched.look()).of(table.needs));
    return { columns: [...columns], rows: rows.map((row) => [...row]) };
  }

  #judge(state: string): Ledger {
    const { scale } = this.#key;
    const seeds = new Set(this.#watched.trials.map(({ seed }) => seed)).size;
    const measurements = this.#paper.claims.map((claim) => this.#measure(claim, state));
    return judgeClaims(measurements, { paper: this.#paper.letter, scale, seeds });
  }

  #measure(claim: Claim, state: string): ClaimMeasurement {
    const needed = this.#watched.of(claim.needs);
    // Nothing is opened as long as something is missing.
    const missing = needed.find((trial) => this.#watched.state(trial).status !== 'finished');
    if (missing) return refuseClaim(claim, this.#watched.state(missing).reason!);
    const marks = this.#watched.marks(needed);
    const known = this.#measured.get(claim.id);
    if (known?.marks === marks) return known.measurement;
    const measurement = measureClaim(claim, this.#evidenceAt(state));
    this.#measured.set(claim.id, { marks, measurement });
    return measurement;
  }

  /** What was read stays for a while: a reader who opens a claim looks at its figures next. */
  #evidenceAt(state: string): PaperEvidence {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#evidence = null), keptFor).unref();
    if (this.#evidence?.state !== state) {
      const evidence = createEvidence(this.#watched.trials, this.#runsDirectory, this.#key.scale);
      this.#evidence = { state, evidence };
    }
    return this.#evidence.evidence;
  }

  /** Computations say what they take; a run takes what finished runs of its experiment took on average. */
  #secondsLeft(): number | null {
    let total = 0;
    for (const experiment of this.#paper.experiments) {
      const states = this.#watched.of([experiment.id]).map((trial) => this.#watched.state(trial));
      const taken = states.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]));
      const missing = states.length - taken.length;
      if (missing === 0) continue;
      if (experiment.kind === 'training' && taken.length === 0) return null;
      const mean = taken.reduce((sum, seconds) => sum + seconds, 0) / taken.length;
      total += missing * (experiment.kind === 'computed' ? experiment.seconds[this.#key.scale] : mean);
    }
    return total;
  }
}

const unknownExhibit = (what: 'figure' | 'table', id: string, paper: Paper): ThalwegError =>
  new ThalwegError(
    'FIGURE_UNKNOWN',
    `${what}: unknown name ${JSON.stringify(id)}, expected one of ${paper[`${what}s`].map((each) => each.id).join(', ')}`,
  );

import { invariant, ThalwegError } from '../../base/index.ts';
import type {
  Ledger,
  PaperDetail,
  PaperSummary,
  PaperTableBody,
  StudyEstimate,
  StudyQuery,
  StudyStart,
  StudyState,
} from '../../contract/index.ts';
import { selectTrials } from '../../reproduce/index.ts';
import type { Paper } from '../../studies/index.ts';
import { papers as allPapers } from '../../studies/papers/index.ts';
import type { Work } from '../../workers/index.ts';
import { describePaper, summarisePaper } from './describe.ts';
import { createStudyProcesses } from './processes.ts';
import { StudyRunner } from './runner.ts';
import type { FigureOrder, JudgedLedger, PlanKey, StudyPlace, StudyReply, StudyRequest, StudyWorkers } from './work.ts';

export interface StudyOptions {
  /** Default: the five papers. */
  readonly papers?: readonly Paper[];
  /** Who reads and makes them; default: processes of their own. */
  readonly workers?: StudyWorkers;
}

type ReplyTo<Kind> = Extract<StudyReply, { kind: Kind }>;

/** What the server knows of papers and does with them. Nothing here takes long: reading and making is left to others. */
export class StudyDesk {
  readonly papers: readonly Paper[];
  readonly runner: StudyRunner;
  readonly #place: StudyPlace;
  readonly #workers: StudyWorkers;
  #estimating: Work<StudyReply> | null = null;

  constructor(place: StudyPlace, { papers = allPapers, workers = createStudyProcesses() }: StudyOptions = {}) {
    this.papers = papers;
    this.#place = place;
    this.#workers = workers;
    this.runner = new StudyRunner(place, workers);
  }

  /** The paper of that letter, in either case. Throws `STUDY_UNKNOWN`. */
  paper(letter: string): Paper {
    const paper = this.papers.find((each) => each.letter === letter.toUpperCase());
    if (paper) return paper;
    const known = this.papers.map((each) => each.letter).join(', ');
    throw new ThalwegError(
      'STUDY_UNKNOWN',
      `paper: expected one of ${known}, got ${JSON.stringify(letter.slice(0, 16))}`,
    );
  }

  async summaries(): Promise<PaperSummary[]> {
    const { overview } = await this.#read('overview', { kind: 'overview', ...this.#place });
    return this.papers.map((paper) => summarisePaper(paper, overview[paper.letter]!));
  }

  async detail(paper: Paper, query: StudyQuery): Promise<PaperDetail> {
    const { trials } = await this.#read('trials', { kind: 'trials', ...keyOf(paper, query), ...this.#place });
    return describePaper(paper, trials);
  }

  async ledger(paper: Paper, query: StudyQuery): Promise<Ledger> {
    const { ledger } = await this.judge(paper, query, null);
    invariant(ledger !== null, 'a first look gives a ledger');
    return ledger;
  }

  /** The ledger, unless it is that of the state `seen`. */
  async judge(paper: Paper, query: StudyQuery, seen: string | null): Promise<JudgedLedger> {
    return (await this.#read('ledger', { kind: 'ledger', seen, ...keyOf(paper, query), ...this.#place })).judged;
  }

  /** An SVG as text, a PNG as bytes. */
  async figure(paper: Paper, query: StudyQuery, order: FigureOrder): Promise<string | Uint8Array> {
    return (await this.#read('figure', { kind: 'figure', ...order, ...keyOf(paper, query), ...this.#place })).content;
  }

  async table(paper: Paper, query: StudyQuery, id: string): Promise<PaperTableBody> {
    return (await this.#read('table', { kind: 'table', id, ...keyOf(paper, query), ...this.#place })).table;
  }

  /**
   * What is missing is timed on this machine. A new question ends the one before, and so does the signal. Throws `RUN_STATE` while a study is under way: both
   * would be slower than they are.
   */
  async estimate(
    paper: Paper,
    query: StudyQuery,
    only: readonly string[],
    signal: AbortSignal,
  ): Promise<StudyEstimate> {
    requireNames(paper, only);
    if (this.runner.isBusy)
      throw new ThalwegError('RUN_STATE', 'estimate: expected a machine without a study, got one that is being made');
    this.#estimating?.kill();
    const request = { kind: 'estimate', only, ...this.#place, ...keyOf(paper, query) } as const;
    const work = this.#workers.begin(request, () => undefined);
    this.#estimating = work;
    signal.addEventListener('abort', () => work.kill());
    const { experiments } = answer(await work.done, 'estimate');
    return { experiments: [...experiments], seconds: experiments.reduce((sum, { seconds }) => sum + seconds, 0) };
  }

  /** Begins a study, or goes on with it. Throws `USAGE` for an unknown name in `only`, `RUN_STATE` while one is under way. */
  start(paper: Paper, { scale, seeds, only = [] }: StudyStart): StudyState {
    requireNames(paper, only);
    this.#estimating?.kill();
    return this.runner.start({ ...keyOf(paper, { scale, seeds }), only });
  }

  async close(): Promise<void> {
    this.#estimating?.kill();
    await this.runner.close();
    await this.#workers.close();
  }

  /** A reading process is asked, one question after another. */
  async #read<Kind extends StudyRequest['kind']>(kind: Kind, request: StudyRequest): Promise<ReplyTo<Kind>> {
    return answer(await this.#workers.read(request), kind);
  }
}

const keyOf = ({ letter }: Paper, { scale, seeds }: StudyQuery): PlanKey => ({ paper: letter, scale, seeds });

function answer<Kind extends StudyReply['kind']>(reply: StudyReply, kind: Kind): ReplyTo<Kind> {
  const isAnswer = (given: StudyReply): given is ReplyTo<Kind> => given.kind === kind;
  if (isAnswer(reply)) return reply;
  throw new ThalwegError('INTERNAL', `internal: study: expected an answer about ${kind}, got one about ${reply.kind}`);
}

/** Throws `USAGE` for a name that the paper has not. */
const requireNames = (paper: Paper, only: readonly string[]): void => void selectTrials([], [paper], only);

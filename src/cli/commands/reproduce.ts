import { ThalwegError } from '../../base/index.ts';
import type { Ledger, LedgerEntry, Scale } from '../../contract/index.ts';
import { effectText, pText } from '../../figures/index.ts';
import { planTrials, reproduce, type Reproduction } from '../../reproduce/index.ts';
import { defaultRunsDirectory } from '../../store/index.ts';
import { defaultScale, type Paper } from '../../studies/index.ts';
import { findPaper, papers as allPapers } from '../../studies/papers/index.ts';
import type { RunQueue } from '../../sweep/index.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { createMakingDisplay } from '../making.ts';
import { given } from '../options.ts';
import { queueFor, stoppingHere, stoppingToWait } from '../queueing.ts';
import { formatTable, type Column } from '../table.ts';

export interface ReproduceOptions {
  readonly scale?: Scale;
  readonly seeds?: number;
  readonly only?: readonly string[];
  readonly report?: string;
  readonly run: boolean;
  readonly dryRun?: boolean;
  readonly workers?: number;
  readonly queue?: string;
  readonly priority?: number;
  readonly hub?: string;
  readonly token?: string;
  readonly data?: string;
  readonly runs?: string;
  readonly json?: boolean;
}

/** `thalweg reproduce <paper…>`. */
export async function reproducePapers(names: readonly string[], options: ReproduceOptions, io: Io): Promise<number> {
  const papers = papersOf(names);
  const { scale = defaultScale, seeds, only, workers, report, data, run, json } = options;
  if (options.dryRun === true) return (await import('./reproduce-plan.ts')).reproducePlan(papers, options, io);
  const output = json === true ? io.stderr : io.stdout;
  // What may take weeks is not begun without a word on how long.
  if (scale === 'paper' && run) await (await import('./reproduce-plan.ts')).printPlan(papers, options, output, io);
  const display = createMakingDisplay(output, 'trials');
  const controller = new AbortController();
  const dispose = io.onSignal(() => {
    display.note(options.queue === undefined ? stoppingHere : stoppingToWait);
    controller.abort();
  });
  let made: Reproduction;
  let queue: RunQueue | undefined;
  try {
    const runsDirectory = options.runs ?? defaultRunsDirectory();
    const onNote = display.note.bind(display);
    const trained = papers
      .flatMap((paper) => planTrials(paper, scale, seeds))
      .flatMap((trial) => (trial.kind === 'training' ? [trial] : []));
    if (run) queue = await queueFor(trained, { ...options, runsDirectory, onNote }, io);
    const place = given({ seeds, only, workers, dataDirectory: data, reportDirectory: report, queue });
    const request = { papers, scale, runsDirectory, run, ...place };
    made = await reproduce(request, { onMessage: (message) => display.show(message), signal: controller.signal });
  } finally {
    await queue?.close();
    dispose();
    display.end();
  }
  if (json === true) writeJson(io.stdout, documentOf(made.ledgers, scale));
  else writeLine(io.stdout, made.ledgers.map((ledger) => textOf(ledger, io.stdout.columns)).join('\n\n'));
  if (report !== undefined) writeLine(output, `report: ${report}/index.html`);
  return made.failures.length > 0 ? 1 : 0;
}

/** The papers of these letters, each once, in the order of the documentation. */
function papersOf(names: readonly string[]): readonly Paper[] {
  if (names.some((name) => name.toLowerCase() === 'all')) {
    if (names.length > 1)
      throw new ThalwegError('USAGE', `reproduce: expected all, or letters, got ${names.join(' ')}`);
    return allPapers;
  }
  const chosen = names.map((name) => findPaper(name));
  return allPapers.filter((paper) => chosen.includes(paper));
}

/** One ledger as it is; several in one document. */
const documentOf = (ledgers: readonly Ledger[], scale: Scale): unknown =>
  ledgers.length === 1 ? ledgers[0] : { scale, papers: ledgers };

const columns: readonly Column<LedgerEntry>[] = [
  { title: 'claim', value: ({ id }) => id },
  { title: 'verdict', value: ({ verdict }) => verdict },
  { title: 'effect [95 %]', value: (entry) => (entry.reason === null ? effectText(entry) : '–'), align: 'right' },
  { title: 'n', value: ({ n }) => String(n), align: 'right', expendable: 1 },
  { title: 'p (Holm)', value: ({ adjusted }) => pText(adjusted), align: 'right', expendable: 2 },
];

function textOf({ paper, scale, claims }: Ledger, width: number | undefined): string {
  const note = scale === 'smoke' ? ' (a smoke result: it tests the machinery, not the claims)' : '';
  const refused = claims.filter(({ reason }) => reason !== null);
  return [
    `${paper} at scale ${scale}${note}`,
    formatTable(columns, claims, width),
    ...refused.map(({ id, reason }) => `  ${id} refused: ${reason}`),
  ].join('\n');
}

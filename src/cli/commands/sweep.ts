import { ThalwegError } from '../../base/index.ts';
import { defaultRunsDirectory } from '../../store/index.ts';
import {
  countCells,
  missingRuns,
  planSweep,
  readSweep,
  runSweep,
  seedList,
  type RunQueue,
  type SweepPlan,
  type SweepResult,
} from '../../sweep/index.ts';
import { writeJson, writeLine, type Io, type Output } from '../io.ts';
import { createMakingDisplay } from '../making.ts';
import { queueFor, stoppingHere, stoppingToWait } from '../queueing.ts';
import { given } from '../options.ts';
import { resultDocument, resultText } from '../sweeping.ts';

export interface SweepOptions {
  readonly dryRun?: boolean;
  readonly workers?: number;
  readonly seeds?: number;
  readonly set?: readonly string[];
  readonly data?: string;
  readonly runs?: string;
  readonly queue?: string;
  readonly priority?: number;
  readonly hub?: string;
  readonly token?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** More runs than these are asked about before they are planned, and before they are made. */
const mostPlanned = 100_000;
const mostMade = 1000;

/** `thalweg sweep <file>`. */
export async function sweep(file: string, options: SweepOptions, io: Io): Promise<number> {
  const content = readSweep(file, given({ seeds: options.seeds }));
  const asked = countCells(content.sweep) * seedList(content.sweep.seeds).length;
  if (asked > mostPlanned) await requireMeant(`${file}: ${asked} runs before constraints`, options, io);
  const plan = planSweep(content, options.set);
  if (options.dryRun === true) return (await import('./sweep-plan.ts')).sweepPlan(plan, options, io);
  const missing = missingRuns(plan, runsOf(options)).length;
  if (missing > mostMade && asked <= mostPlanned) await requireMeant(`${file}: ${missing} runs to make`, options, io);
  const output = options.json === true ? io.stderr : io.stdout;
  const result = await make(plan, options, output, io);
  if (options.json === true) writeJson(io.stdout, resultDocument(plan, result));
  else writeLine(io.stdout, resultText(plan, result, io.stdout.columns));
  return result.failures.length > 0 ? 1 : 0;
}

export const runsOf = ({ runs }: SweepOptions): string => runs ?? defaultRunsDirectory();

async function make(plan: SweepPlan, options: SweepOptions, output: Output, io: Io): Promise<SweepResult> {
  const display = createMakingDisplay(output, 'runs');
  const controller = new AbortController();
  const dispose = io.onSignal(() => {
    display.note(options.queue === undefined ? stoppingHere : stoppingToWait);
    controller.abort();
  });
  let queue: RunQueue | undefined;
  try {
    const runsDirectory = runsOf(options);
    const onNote = display.note.bind(display);
    queue = await queueFor(plan.runs, { ...options, runsDirectory, onNote }, io);
    const place = { runsDirectory, ...given({ dataDirectory: options.data, workers: options.workers, queue }) };
    const onMessage = display.show.bind(display);
    return await runSweep({ plan, ...place }, { onMessage, signal: controller.signal });
  } finally {
    await queue?.close();
    dispose();
    display.end();
  }
}

/** Asks whether so much is meant. Throws `USAGE` where it is not, or nobody can be asked. */
async function requireMeant(what: string, { yes }: SweepOptions, io: Io): Promise<void> {
  if (yes === true) return;
  if (!io.canAsk) throw new ThalwegError('USAGE', `${what}: expected --yes for so many`);
  const answer = await io.ask(`${what}. Go on? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new ThalwegError('USAGE', `${what}: not wanted`);
}

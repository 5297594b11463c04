import type { TrainerMessage } from '../contract/index.ts';
import type { RunRequest } from '../run/index.ts';
import { commandLine } from './format.ts';
import { nextSignal, writeJson, writeLine, type Io, type Output } from './io.ts';
import { createProgress, type ProgressDisplay } from './progress.ts';
import { startPages, type Pages } from './serving.ts';
import { closingText, runDocument } from './summary.ts';

/** Options that `run` and `resume` share. */
export interface TrainingOptions {
  readonly runs?: string;
  readonly data?: string;
  readonly serve?: boolean;
  readonly port: number;
  readonly host: string;
  readonly json?: boolean;
}

/** Exit code of a run that was interrupted after a checkpoint. */
const interrupted = 130;

/**
 * Trains in a process of its own and shows how it goes; with `serve` the pages are served meanwhile and until a signal.
 * The first signal stops training after a checkpoint, the second ends it at once. Returns the exit code.
 */
export async function train(request: RunRequest, options: TrainingOptions, io: Io): Promise<number> {
  const output = options.json === true ? io.stderr : io.stdout;
  // The address must be free before anything is trained.
  const pages = options.serve === true ? await startPages(request.runsDirectory, options) : undefined;
  try {
    const run = await follow(request, options, createProgress(output), pages, io);
    writeLine(output, closingText(run, request.runsDirectory, options.runs));
    if (options.json === true) writeJson(io.stdout, runDocument(run, request.runsDirectory));
    if (run.status !== 'finished') return interrupted;
    if (pages) await keepServing(pages, run.id, output, io);
    return 0;
  } finally {
    await pages?.close();
  }
}

async function follow(
  request: RunRequest,
  options: TrainingOptions,
  display: ProgressDisplay,
  pages: Pages | undefined,
  io: Io,
) {
  const { startRun } = await import('../run/index.ts');
  const onMessage = (message: TrainerMessage): void => {
    if (message.type === 'started') display.note(startText(message, options, pages));
    display.show(message);
  };
  const trainer = startRun(request, { onMessage });
  let signals = 0;
  const dispose = io.onSignal(() => {
    signals++;
    if (signals > 1) return trainer.kill();
    display.note('stopping after this update; a checkpoint is written (Ctrl-C again ends at once)');
    trainer.stop();
  });
  try {
    return await trainer.done;
  } finally {
    dispose();
    display.end();
  }
}

function startText(
  { run, iteration, totalIterations }: Extract<TrainerMessage, { type: 'started' }>,
  { runs }: TrainingOptions,
  pages: Pages | undefined,
): string {
  const begin =
    iteration === 0
      ? `run ${run}: ${totalIterations} iterations`
      : `run ${run}: on from iteration ${iteration} of ${totalIterations}`;
  return `${begin}\n${pages ? `watch it at ${pages.view(`/runs/${run}`)}` : `watch it with ${commandLine(['serve'], runs)}`}`;
}

async function keepServing(pages: Pages, run: string, output: Output, io: Io): Promise<void> {
  writeLine(output, `training has ended; its page stays at ${pages.view(`/runs/${run}`)} until Ctrl-C`);
  await nextSignal(io);
}

import type { RunFile } from '../contract/index.ts';
import type { RunWriter } from '../store/core/index.ts';
import { endRun, failRun, type Position } from './ending.ts';
import type { Prepared } from './assemble.ts';
import { Session, type RunHooks } from './session.ts';
import type { Start } from './start.ts';
import { WallClock } from './wall-clock.ts';

/** Trains from `start`, or from the beginning, at most to iteration `until`, and notes in the run how it ended. */
export async function train(
  prepared: Prepared,
  writer: RunWriter,
  hooks: RunHooks,
  start: Start | null,
  until?: number,
): Promise<RunFile> {
  const clock = new WallClock(writer.file.summary?.seconds ?? 0);
  const from = start?.state.trainer.iteration ?? 0;
  let session: Session | undefined;
  const position = (): Position => ({
    iteration: session?.iteration ?? from,
    checkpoint: session?.checkpoint ?? start?.checkpoint ?? null,
    seconds: clock.seconds,
    probes: session?.costs() ?? writer.file.summary?.probes ?? [],
  });
  try {
    begin(prepared, writer, hooks, from);
    session = await Session.create(prepared, writer, hooks, start?.state ?? null, clock);
    return endRun(writer, await session.run(until), position());
  } catch (error) {
    throw failRun(writer, error, position());
  } finally {
    await session?.release();
  }
}

/** Withdraws what an earlier session recorded beyond its checkpoint, and announces the run. */
function begin({ totalIterations }: Prepared, writer: RunWriter, hooks: RunHooks, iteration: number): void {
  const again = writer.file.status !== 'created';
  writer.rewind(iteration);
  writer.update({ status: 'running', iteration, error: null });
  const { directory, file } = writer;
  const first = file.parent ? `forked from ${file.parent.run} at iteration ${iteration}` : 'started';
  writer.log('info', again ? `resumed at iteration ${iteration}` : first);
  hooks.onMessage({ type: 'started', run: file.id, directory, totalIterations, iteration });
}

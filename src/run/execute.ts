import { ThalwegError } from '../base/index.ts';
import type { RunFile, Specification } from '../contract/index.ts';
import { createRun, openRunWriter, readCheckpoint } from '../store/index.ts';
import { checked, differences, newRun, requireDigest, requireSameData } from './beginning.ts';
import { describeEnvironment } from './environment.ts';
import { prepare } from './prepare.ts';
import { closing } from './resource.ts';
import { tell, type RunHooks } from './session.ts';
import { newestState } from './start.ts';
import { train } from './train.ts';

export interface ExecuteRequest {
  readonly specification: Specification;
  readonly runsDirectory: string;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
  /** Name of the run; default: made from the specification. */
  readonly id?: string;
  /** SHA-256 of the examples as they shall be used; others are refused with `DATA_INVALID` before the run has a folder. */
  readonly dataDigest?: string;
  /** Iteration at which it stops for now, `interrupted` behind a checkpoint and what is measured there; default: at its end. */
  readonly until?: number;
}

export interface ResumeRequest {
  readonly runsDirectory: string;
  readonly id: string;
  readonly dataDirectory?: string;
  /** Where it goes on from now; default: where it was, also where that was the choice of `auto`. */
  readonly device?: Specification['device'];
  /** As for {@link ExecuteRequest}. Where the run stands further already, it goes no further. */
  readonly until?: number;
}

/**
 * Trains a specification from the beginning, in this process. Resolves with the run as it ended, `finished` or
 * `interrupted`. Throws what loading data, the device and the store throw, and `TRAINING_DIVERGED`; once the run has a
 * folder, it is left `failed` with everything recorded so far.
 */
export async function executeRun(request: ExecuteRequest, hooks: RunHooks): Promise<RunFile> {
  const prepared = await prepare(
    checked(request.specification),
    { dataDirectory: request.dataDirectory },
    noteTo(hooks),
  );
  return closing(prepared, async () => {
    if (request.dataDigest !== undefined)
      await requireDigest(
        `${request.id ?? 'run'}: expected the examples that are asked for`,
        request.dataDigest,
        prepared,
      );
    const run = await newRun(prepared, describeEnvironment(prepared.runtime.backend), request.id);
    const writer = createRun(request.runsDirectory, run, { assets: prepared.assets });
    return closing(writer, () => train(prepared, writer, hooks, null, request.until));
  });
}

/**
 * Goes on with an interrupted or failed run from its newest whole checkpoint; its numbers end as if it had not stopped, or agree
 * closely on another device, which `run.json` names from then on.
 * Throws `RUN_STATE` for a finished run, `DATA_INVALID` when the examples are not those it began with.
 */
export async function resumeRun(request: ResumeRequest, hooks: RunHooks): Promise<RunFile> {
  const { runsDirectory, id, dataDirectory, until } = request;
  const writer = openRunWriter(runsDirectory, id);
  return closing(writer, async () => {
    const { status, specification, environment } = writer.file;
    if (status === 'finished')
      throw new ThalwegError('RUN_STATE', `run ${id}: expected an unfinished run, got one that is finished`);
    const { device = environment.device } = request;
    const places = { runDirectory: writer.directory, dataDirectory, device, threads: environment.threads };
    const prepared = await prepare(specification, places, noteTo(hooks));
    return closing(prepared, async () => {
      await requireSameData(writer.file, prepared);
      const warn = (message: string): void => tell(writer, hooks, 'warn', message);
      const { backend } = prepared.runtime;
      differences(environment, describeEnvironment(backend)).forEach(warn);
      if (backend.device !== environment.device)
        writer.update({ environment: { ...environment, device: backend.device } });
      const start = newestState({ reader: writer.reader(), read: readCheckpoint }, prepared, warn);
      if (start || !writer.file.parent) return train(prepared, writer, hooks, start, until);
      throw new ThalwegError(
        'CHECKPOINT_INVALID',
        `run ${id}: expected a whole checkpoint of a fork, got none; fork ${writer.file.parent.run} again`,
      );
    });
  });
}

/** Notes from before training, as messages of the run. */
export const noteTo =
  (hooks: RunHooks) =>
  (message: string): void =>
    hooks.onMessage({ type: 'log', level: 'info', message });

import { messageOf, ThalwegError } from '../base/index.ts';
import { specificationSchema, type RunFile, type Specification } from '../contract/index.ts';
import { ruleFor } from '../optim/index.ts';
import { createRun, openRun, openRunWriter, readCheckpoint, type NewRun, type RunWriter } from '../store/index.ts';
import { unpackCheckpoint, type TrainingState } from './checkpoint.ts';
import { endRun, failRun, type Position } from './ending.ts';
import { describeEnvironment, differences } from './environment.ts';
import { prepare, type Prepared } from './prepare.ts';
import { Session, type RunHooks } from './session.ts';

export interface ExecuteRequest {
  readonly specification: Specification;
  readonly runsDirectory: string;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
  /** Name of the run; default: made from the specification. */
  readonly id?: string;
}

export interface ResumeRequest {
  readonly runsDirectory: string;
  readonly id: string;
  readonly dataDirectory?: string;
}

/**
 * Trains a specification from the beginning, in this process. Resolves with the run as it ended, `finished` or
 * `interrupted`. Throws what loading data, the device and the store throw, and `TRAINING_DIVERGED`; once the run has a
 * folder, it is left `failed` with everything recorded so far.
 */
export async function executeRun(request: ExecuteRequest, hooks: RunHooks): Promise<RunFile> {
  const prepared = await prepare(checked(request.specification), request.dataDirectory, undefined, noteTo(hooks));
  return closing(prepared, async () => {
    const writer = createRun(request.runsDirectory, newRun(prepared, request.id));
    return closing(writer, () => train(prepared, writer, hooks, null));
  });
}

/**
 * Goes on with an interrupted or failed run from its newest whole checkpoint; its numbers end as if it had not stopped.
 * Throws `RUN_STATE` for a finished run, `DATA_INVALID` when the examples are not those it began with.
 */
export async function resumeRun(request: ResumeRequest, hooks: RunHooks): Promise<RunFile> {
  const { runsDirectory, id, dataDirectory } = request;
  const writer = openRunWriter(runsDirectory, id);
  return closing(writer, async () => {
    const { status, specification, environment } = writer.file;
    if (status === 'finished')
      throw new ThalwegError('RUN_STATE', `run ${id}: expected an unfinished run, got one that is finished`);
    const prepared = await prepare(specification, dataDirectory, environment.threads, noteTo(hooks));
    return closing(prepared, async () => {
      requireSameData(writer.file, prepared);
      const warn = (message: string): void => {
        writer.log('warn', message);
        hooks.onMessage({ type: 'log', level: 'warn', message });
      };
      differences(environment, describeEnvironment(prepared.runtime.backend)).forEach(warn);
      return train(prepared, writer, hooks, newestState(prepared, writer.file.id, runsDirectory, warn));
    });
  });
}

/** Notes from before training, as messages of the run. */
const noteTo =
  (hooks: RunHooks) =>
  (message: string): void =>
    hooks.onMessage({ type: 'log', level: 'info', message });

/** A specification of the library's own caller is checked like that of a file. */
function checked(specification: Specification): Specification {
  const result = specificationSchema.safeParse(specification);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new ThalwegError('SPECIFICATION_INVALID', `specification: ${[path.join('.'), message].join(': ')}`);
}

function newRun(prepared: Prepared, id: string | undefined): NewRun {
  const { specification, data, objective, runtime, iterationsPerEpoch, totalIterations } = prepared;
  return {
    ...(id === undefined ? {} : { id }),
    status: 'created',
    specification,
    iterationsPerEpoch,
    totalIterations,
    iteration: 0,
    environment: describeEnvironment(runtime.backend),
    data: {
      trainExamples: data.train.count,
      testExamples: data.test.count,
      classes: data.classes,
      inputShape: [...data.inputShape],
      digest: data.digest,
    },
    parameters: objective.model.size,
    summary: null,
    error: null,
  };
}

function requireSameData({ id, data }: RunFile, prepared: Prepared): void {
  if (prepared.data.digest === data.digest) return;
  const brief = (digest: string): string => `${digest.slice(0, 12)}…`;
  throw new ThalwegError(
    'DATA_INVALID',
    `run ${id}: expected the examples it began with (SHA-256 ${brief(data.digest)}), got others (${brief(prepared.data.digest)})`,
  );
}

/** Where a run goes on from. */
interface Start {
  readonly state: TrainingState;
  /** Path of its checkpoint. */
  readonly checkpoint: string;
}

/** The newest checkpoint that is whole, or null; damaged ones are passed over with a warning. */
function newestState(
  { objective, specification }: Prepared,
  id: string,
  runsDirectory: string,
  warn: (message: string) => void,
): Start | null {
  const reader = openRun(runsDirectory, id);
  const newestFirst = reader.checkpoints().reverse();
  reader.close();
  const slots = Object.keys(ruleFor(specification.optimizer).slots);
  for (const { path, iteration } of newestFirst) {
    try {
      const state = unpackCheckpoint(iteration, readCheckpoint(path), objective.model, path, slots);
      return { state, checkpoint: path };
    } catch (error) {
      if (!(error instanceof ThalwegError) || error.code !== 'CHECKPOINT_INVALID') throw error;
      warn(`checkpoint passed over: ${messageOf(error)}`);
    }
  }
  return null;
}

/** Trains from `start`, or from the beginning, and notes in the run how it ended. */
async function train(prepared: Prepared, writer: RunWriter, hooks: RunHooks, start: Start | null): Promise<RunFile> {
  const began = performance.now();
  const secondsBefore = writer.file.summary?.seconds ?? 0;
  const from = start?.state.trainer.iteration ?? 0;
  let session: Session | undefined;
  const position = (): Position => ({
    iteration: session?.iteration ?? from,
    checkpoint: session?.checkpoint ?? start?.checkpoint ?? null,
    seconds: secondsBefore + (performance.now() - began) / 1000,
  });
  try {
    begin(prepared, writer, hooks, from);
    session = await Session.create(prepared, writer, hooks, start?.state ?? null);
    return endRun(writer, await session.run(), position());
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
  writer.log('info', again ? `resumed at iteration ${iteration}` : 'started');
  const { directory, file } = writer;
  hooks.onMessage({ type: 'started', run: file.id, directory, totalIterations, iteration });
}

/** Runs `action`, then closes; of two failures the first is thrown. */
async function closing<T>(resource: { close(): void | Promise<void> }, action: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await action();
  } catch (error) {
    await Promise.resolve()
      .then(() => resource.close())
      .catch(() => undefined);
    throw error;
  }
  await resource.close();
  return result;
}

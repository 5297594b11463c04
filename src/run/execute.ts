import { messageOf, ThalwegError } from '../base/index.ts';
import { specificationSchema, type RunFile, type Specification } from '../contract/index.ts';
import { createRun, openRun, openRunWriter, readCheckpoint, type RunWriter } from '../store/index.ts';
import { unpackCheckpoint } from './checkpoint.ts';
import { describeEnvironment } from './environment.ts';
import { prepare, type Prepared } from './prepare.ts';
import { Session, type RunHooks, type SessionStart } from './session.ts';

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

/** Trains a specification from the beginning, in this process. Resolves with the run as it ended. */
export async function executeRun(request: ExecuteRequest, hooks: RunHooks): Promise<RunFile> {
  const specification = specificationSchema.parse(request.specification);
  const prepared = await prepare(specification, request.dataDirectory);
  return closing(prepared, async () => {
    const { data, objective, iterationsPerEpoch, totalIterations, runtime } = prepared;
    const writer = createRun(request.runsDirectory, {
      ...(request.id ? { id: request.id } : {}),
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
    });
    return train(prepared, writer, hooks, null);
  });
}

/** Goes on with an interrupted or failed run from its newest whole checkpoint; its numbers end as if it had not stopped. */
export async function resumeRun(request: ResumeRequest, hooks: RunHooks): Promise<RunFile> {
  const writer = openRunWriter(request.runsDirectory, request.id);
  try {
    const { status, specification, environment, data } = writer.file;
    if (status === 'finished') throw new ThalwegError('RUN_STATE', `run ${request.id}: expected an unfinished run, got one that is finished`);
    const prepared = await prepare(specification, request.dataDirectory, environment.threads);
    return await closing(prepared, async () => {
      if (prepared.data.digest !== data.digest)
        throw new ThalwegError('DATA_INVALID', `run ${request.id}: expected the data it began with (${data.digest.slice(0, 12)}…), got other examples (${prepared.data.digest.slice(0, 12)}…)`);
      return train(prepared, writer, hooks, newestStart(prepared, writer, request.runsDirectory));
    });
  } finally {
    writer.close();
  }
}

/** The newest checkpoint that is whole. Damaged ones are named in the log and passed over. */
function newestStart(prepared: Prepared, writer: RunWriter, runsDirectory: string): SessionStart | null {
  const reader = openRun(runsDirectory, writer.file.id);
  const found = reader.checkpoints().reverse();
  reader.close();
  for (const { path, iteration } of found) {
    try {
      return unpackCheckpoint(iteration, readCheckpoint(path).tensors, prepared.objective.model, path);
    } catch (error) {
      if (!(error instanceof ThalwegError) || error.code !== 'CHECKPOINT_INVALID') throw error;
      writer.log('warn', `checkpoint passed over: ${messageOf(error)}`);
    }
  }
  return null;
}

async function train(prepared: Prepared, writer: RunWriter, hooks: RunHooks, start: SessionStart | null): Promise<RunFile> {
  try {
    const iteration = start?.state.iteration ?? 0;
    writer.rewind(iteration);
    writer.log('info', start ? `resumed at iteration ${iteration}` : 'started');
    hooks.onMessage({ type: 'started', run: writer.file.id, directory: writer.directory, totalIterations: prepared.totalIterations, iteration });
    const session = await Session.create(prepared, writer, hooks, start);
    try {
      return await session.run();
    } finally {
      await session.release();
    }
  } finally {
    writer.close();
  }
}

async function closing<T>(prepared: Prepared, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } finally {
    await prepared.runtime.close();
  }
}


import { isDeepStrictEqual } from 'node:util';
import { ThalwegError } from '../base/index.ts';
import type { MetricRecord, RunFile, RunParent, SeriesName, Specification } from '../contract/index.ts';
import { ruleFor } from '../optim/index.ts';
import { initialSlots } from '../train/index.ts';
import {
  createRun,
  openRun,
  readCheckpoint,
  runDirectory,
  type RunReader,
  type SeriesColumns,
} from '../store/index.ts';
import { checked, newRun, requireSameData } from './beginning.ts';
import { packCheckpoint, type TrainingState } from './checkpoint.ts';
import { describeEnvironment } from './environment.ts';
import { phaseBefore, sameRule } from './phases.ts';
import type { Prepared } from './assemble.ts';
import { prepare } from './prepare.ts';
import { noteTo } from './execute.ts';
import { closing } from './resource.ts';
import type { RunHooks } from './session.ts';
import { newestState } from './start.ts';
import { train } from './train.ts';
import { Walk } from './walk.ts';

export interface ForkRequest {
  readonly runsDirectory: string;
  /** The run to fork. */
  readonly parent: string;
  /** Updates that both share. */
  readonly at: number;
  /** What the fork trains (default: the parent's specification). */
  readonly specification?: Specification;
  readonly dataDirectory?: string;
  /** Name of the fork; default: made from its specification. */
  readonly id?: string;
}

/**
 * Trains a new run that begins as `parent` was after `at` updates. Its metrics refer to the parent's before that iteration.
 * Where the parent has no checkpoint of that iteration, it is made again from the newest one before, and has to give the
 * parent's records again, bit for bit. Iterations count on; an epoch is one of the fork's own batch size.
 *
 * Throws `RUN_STATE` for an iteration that the parent did not reach, or whose updates do not give its records again;
 * `SPECIFICATION_INVALID` for a change that the parent's state cannot go on with; `INTERRUPTED` when it is stopped before it
 * begins; and what {@link executeRun} throws.
 */
export async function forkRun(request: ForkRequest, hooks: RunHooks): Promise<RunFile> {
  const { runsDirectory, parent: id, at, dataDirectory } = request;
  const reader = openRun(runsDirectory, id);
  return closing(reader, async () => {
    const file = reader.file();
    const specification = checked(request.specification ?? file.specification);
    requireFitting(file, specification);
    requireReached(reader, file, at);
    const reached = await stateAt(request, reader, file, hooks);
    const places = {
      runDirectory: runDirectory(runsDirectory, id),
      dataDirectory,
      ...ownResources(file, specification),
    };
    const prepared = await prepare(specification, places, noteTo(hooks));
    return closing(prepared, async () => {
      await requireSameData(file, prepared);
      requireDuration(prepared, id, at);
      const parent: RunParent = { run: id, iteration: at, records: countBefore(reader, at) };
      const begun = await newRun(prepared, describeEnvironment(prepared.runtime.backend), request.id);
      const run = { ...begun, iteration: at, parent };
      const writer = createRun(runsDirectory, run, { assets: prepared.assets });
      return closing(writer, () => {
        const state = underRule(reached.state, reached.optimizer, prepared);
        const { tensors, metadata } = packCheckpoint(state);
        const checkpoint = writer.saveCheckpoint(at, tensors, metadata);
        return train(prepared, writer, hooks, { state, checkpoint });
      });
    });
  });
}

/** Device and threads of a fork: what its parent used, unless it asks for others. */
function ownResources({ specification: parent, environment }: RunFile, { device, threads }: Specification) {
  return {
    device: device === parent.device ? environment.device : device,
    threads: threads === parent.threads ? environment.threads : threads,
  };
}

/** The same state for the fork's update rule: one that is another than the parent's, or follows none, remembers nothing yet. */
function underRule(
  state: TrainingState,
  before: Specification['optimizer'] | null,
  { objective, ...course }: Prepared,
): TrainingState {
  const { optimizer } = phaseBefore(course, state.trainer.iteration);
  if (before && sameRule(optimizer, before)) return state;
  return { ...state, trainer: { ...state.trainer, slots: initialSlots(objective.model, ruleFor(optimizer)) } };
}

/** Parts of a specification that the parent's state depends on, with the reason. */
const fixed = {
  model: 'its parameters are those of that network',
  initial: 'its initial weights are those of that file',
  data: 'its metrics are measured on those examples',
  seed: 'it decides the initial weights, the examples and their order',
  start: 'it decides the initial weights and the order of the examples',
} as const satisfies Partial<Record<keyof Specification, string>>;

function requireFitting(parent: RunFile, specification: Specification): void {
  for (const [key, reason] of Object.entries(fixed) as [keyof typeof fixed, string][]) {
    if (isDeepStrictEqual(parent.specification[key], specification[key])) continue;
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `fork of ${parent.id}: ${key}: expected that of the parent, because ${reason}, got another`,
    );
  }
}

/** All records before `at` are there once one of that iteration, or a checkpoint as late, is. */
function requireReached(reader: RunReader, { id, parent }: RunFile, at: number): void {
  const updates = reader.series().find(({ name }) => name === 'batch.loss')?.lastIteration ?? 0;
  const reached = Math.max(updates, reader.checkpoints().at(-1)?.iteration ?? 0);
  if (!(Number.isInteger(at) && at >= 0 && at <= reached))
    throw new ThalwegError('RUN_STATE', `fork of ${id}: expected an iteration from 0 to ${reached}, got ${at}`);
  if (parent && at < parent.iteration)
    throw new ThalwegError(
      'RUN_STATE',
      `fork of ${id}: expected an iteration from ${parent.iteration} on, where it was forked itself, got ${at}; ` +
        `fork ${parent.run} instead`,
    );
}

function requireDuration({ totalIterations, specification }: Prepared, parent: string, at: number): void {
  if (totalIterations >= at) return;
  throw new ThalwegError(
    'SPECIFICATION_INVALID',
    `fork of ${parent}: duration: expected at least ${at} iterations, those it shares with its parent, got "${specification.duration}" (${totalIterations})`,
  );
}

/** The parent's state after `at` updates, from its checkpoint or trained again from the one before, and the rule that made it; null: it was made elsewhere. */
async function stateAt(
  { runsDirectory, parent: id, at, dataDirectory }: ForkRequest,
  reader: RunReader,
  file: RunFile,
  hooks: RunHooks,
): Promise<{ state: TrainingState; optimizer: Specification['optimizer'] | null }> {
  const { device, threads } = file.environment;
  const places = { runDirectory: runDirectory(runsDirectory, id), dataDirectory, device, threads };
  const prepared = await prepare(file.specification, places, noteTo(hooks));
  return closing(prepared, async () => {
    await requireSameData(file, prepared);
    const warn = (message: string): void => hooks.onMessage({ type: 'log', level: 'warn', message });
    const start = newestState({ reader, read: readCheckpoint }, prepared, warn, at);
    const optimizer = file.origin ? null : phaseBefore(prepared, at).optimizer;
    if (start?.state.trainer.iteration === at) return { state: start.state, optimizer };
    if (!start && file.parent)
      throw new ThalwegError('CHECKPOINT_INVALID', `fork of ${id}: expected a whole checkpoint up to ${at}, got none`);
    if (file.origin && at > 0)
      throw new ThalwegError(
        'RUN_STATE',
        `fork of ${id}: expected a checkpoint at ${at} of a run that was made elsewhere, got none`,
      );
    const walk = await Walk.create(prepared, start?.state ?? null, { own: hooks.probes ?? [] });
    try {
      const message = `iterations ${walk.iteration} to ${at} of ${id} are made again`;
      if (walk.iteration < at) hooks.onMessage({ type: 'log', level: 'info', message });
      return { state: await replay(walk, reader, id, at, hooks.signal), optimizer };
    } finally {
      await walk.release();
    }
  });
}

/** Makes the updates up to `at` again and compares their records with what the run recorded. */
async function replay(
  walk: Walk,
  reader: RunReader,
  id: string,
  at: number,
  signal: AbortSignal,
): Promise<TrainingState> {
  const from = walk.iteration;
  const again = new Map<SeriesName, MetricRecord[]>();
  while (walk.iteration < at) {
    if (signal.aborted) throw new ThalwegError('INTERRUPTED', `fork of ${id}: stopped before it began`);
    const records = await walk.visit();
    if (walk.evaluates) records.push(...(await walk.evaluate()));
    records.push(...(await walk.update()).records);
    for (const record of records) {
      const earlier = again.get(record.series);
      if (earlier) earlier.push(record);
      else again.set(record.series, [record]);
    }
  }
  for (const { name } of from < at ? reader.series() : []) {
    const before = reader.records(name, { fromIteration: from, toIteration: at - 1 });
    const iteration = firstDifference(before, again.get(name) ?? []);
    if (iteration === undefined) continue;
    throw new ThalwegError(
      'RUN_STATE',
      `fork of ${id}: expected its ${name} at iteration ${iteration} again, got another value; ` +
        `on this machine it can be forked only at a checkpoint`,
    );
  }
  return walk.state();
}

/** Iteration of the first record that is not the same, bit for bit. */
function firstDifference(columns: SeriesColumns, records: readonly MetricRecord[]): number | undefined {
  for (let row = 0; row < Math.max(columns.length, records.length); row++) {
    const record = records[row];
    const same =
      record !== undefined &&
      Object.is(columns.iteration[row], record.iteration) &&
      Object.is(columns.coordinate[row], record.coordinate ?? NaN) &&
      Object.is(columns.value[row], record.value) &&
      Object.is(columns.standardError[row], record.standardError) &&
      Object.is(columns.examples[row], record.examples ?? NaN);
    if (!same) return record?.iteration ?? columns.iteration[row];
  }
  return undefined;
}

/** Records before iteration `at`. */
const countBefore = (reader: RunReader, at: number): number =>
  reader.series(at).reduce((sum, { count }) => sum + count, 0);

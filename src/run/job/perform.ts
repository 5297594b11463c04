import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { ThalwegError, toFloat64 } from '../../base/index.ts';
import { encodeMeasurements, encodeNumber, type KeptMeasurement } from '../../contract/index.ts';
import { resultPlace, writeResult } from '../../store/index.ts';
import { measureLandscape } from '../landscape/index.ts';
import { measureRun } from '../measure.ts';
import { settleJob, type JobRequest, type LandscapeJob, type MeasurementJob } from './request.ts';

/** What a job tells while it is computed. */
export type JobMessage =
  /** Products or points that are computed, and how many there are at most. */
  | { readonly type: 'progress'; readonly done: number; readonly of: number }
  /** What takes long before that. */
  | { readonly type: 'note'; readonly message: string };

export interface JobHooks {
  readonly onMessage?: (message: JobMessage) => void;
  /** When it aborts, the job ends soon with `INTERRUPTED`; a landscape goes on from there when it is asked for again. */
  readonly signal?: AbortSignal;
}

/**
 * Computes what is asked for, in this process, and keeps it in the folder of its run. Returns the name of the result. Throws what
 * `measureRun` and `measureLandscape` throw, `STORE_FAILED`, and `RUN_NOT_FOUND` as soon as that folder is gone.
 */
export async function performJob(request: JobRequest, { onMessage, signal }: JobHooks = {}): Promise<string> {
  const { name, request: settled } = settleJob(request);
  const { path, state } = resultPlace(settled.runsDirectory, settled.id, settled.kind, name);
  const requireRun = (): void => {
    if (existsSync(dirname(path))) return;
    const expected = `expected its folder to stay while its ${settled.kind} is computed, it was deleted or moved`;
    throw new ThalwegError('RUN_NOT_FOUND', `run ${settled.id}: ${expected}`);
  };
  const hooks: Hooks = {
    onNote: (message) => onMessage?.({ type: 'note', message }),
    onProgress(done, of) {
      requireRun();
      onMessage?.({ type: 'progress', done, of });
    },
    ...(signal && { signal }),
  };
  try {
    const document =
      settled.kind === 'measurement' ? await measured(settled, hooks) : await charted(settled, state, hooks);
    writeResult(path, `${JSON.stringify(document)}\n`);
  } catch (error) {
    // What could not be read or written then says less.
    requireRun();
    throw error;
  }
  // Only now nothing can be lost with it.
  rmSync(state, { force: true });
  return name;
}

interface Hooks {
  readonly onNote: (message: string) => void;
  readonly onProgress: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** The values of single examples are kept, vectors of the length of the parameters are not. */
const perExample = 'exampleTrace.';

async function measured(
  { quantity, at, runsDirectory, id, dataDirectory }: MeasurementJob,
  { onProgress, ...hooks }: Hooks,
): Promise<KeptMeasurement> {
  const byExample = quantity.kind === 'per-example-hessian-trace';
  const { report, tensors } = await measureRun(
    { runsDirectory, id, at, quantities: [quantity], tensors: byExample, ...(dataDirectory && { dataDirectory }) },
    { ...hooks, onProgress: ({ products, of }) => onProgress(products, of) },
  );
  const columns = Object.entries(tensors).filter(([name]) => name.startsWith(perExample));
  return {
    ...encodeMeasurements(report),
    columns: Object.fromEntries(
      columns.map(([name, tensor]) => [name.slice(perExample.length), Array.from(toFloat64(tensor), encodeNumber)]),
    ),
  };
}

const charted = (
  { landscape, runsDirectory, dataDirectory }: LandscapeJob,
  state: string,
  { onProgress, ...hooks }: Hooks,
) =>
  measureLandscape(
    { ...landscape, runsDirectory, state, ...(dataDirectory && { dataDirectory }) },
    { ...hooks, onProgress: ({ points, of }) => onProgress(points, of) },
  );

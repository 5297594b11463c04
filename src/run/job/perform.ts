import { rmSync } from 'node:fs';
import { toFloat64 } from '../../base/index.ts';
import { encodeMeasurements, encodeNumber, type KeptMeasurement } from '../../contract/index.ts';
import { resultPlace, writeResult } from '../../store/index.ts';
import { measureLandscape } from '../landscape/index.ts';
import { measureRun } from '../measure.ts';
import { settleJob, type JobRequest, type LandscapeJob, type MeasurementJob } from './request.ts';

export interface JobHooks {
  readonly onProgress?: (progress: JobProgress) => void;
  readonly onNote?: (message: string) => void;
  /** When it aborts, the job ends soon with `INTERRUPTED`; a landscape goes on from there when it is asked for again. */
  readonly signal?: AbortSignal;
}

/** Products or points that are computed, and how many there are at most. */
export interface JobProgress {
  readonly done: number;
  readonly of: number;
}

/**
 * Computes what is asked for, in this process, and keeps it in the folder of its run. Returns the name of the result. Throws what
 * `measureRun` and `measureLandscape` throw, and `STORE_FAILED`.
 */
export async function performJob(request: JobRequest, hooks: JobHooks = {}): Promise<string> {
  const { name, request: settled } = settleJob(request);
  const { path, state } = resultPlace(settled.runsDirectory, settled.id, settled.kind, name);
  const document =
    settled.kind === 'measurement' ? await measured(settled, hooks) : await charted(settled, state, hooks);
  writeResult(path, `${JSON.stringify(document)}\n`);
  // Only now nothing can be lost with it.
  rmSync(state, { force: true });
  return name;
}

/** The values of single examples are kept, vectors of the length of the parameters are not. */
const perExample = 'exampleTrace.';

async function measured(
  { quantity, at, runsDirectory, id, dataDirectory }: MeasurementJob,
  { onProgress, ...hooks }: JobHooks,
): Promise<KeptMeasurement> {
  const byExample = quantity.kind === 'per-example-hessian-trace';
  const { report, tensors } = await measureRun(
    { runsDirectory, id, at, quantities: [quantity], tensors: byExample, ...(dataDirectory && { dataDirectory }) },
    { ...hooks, onProgress: ({ products, of }) => onProgress?.({ done: products, of }) },
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
  { onProgress, ...hooks }: JobHooks,
) =>
  measureLandscape(
    { ...landscape, runsDirectory, state, ...(dataDirectory && { dataDirectory }) },
    { ...hooks, onProgress: ({ points, of }) => onProgress?.({ done: points, of }) },
  );

import { basename, resolve } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import { EpochClock, optimizerSchema, type RunFile, type RunOrigin, type Specification } from '../../contract/index.ts';
import { createRun } from '../../store/index.ts';
import { checked, newRun } from '../beginning.ts';
import { describeEnvironment } from '../environment.ts';
import { noteTo } from '../execute.ts';
import type { Prepared } from '../assemble.ts';
import { prepare } from '../prepare.ts';
import { closing } from '../resource.ts';
import type { RunHooks } from '../session.ts';
import { train } from '../train.ts';
import { readTrajectory, type TrajectoryFile } from './folder.ts';
import { followed, gradientsOf } from './stepper.ts';

export interface ImportRequest {
  /** Folder of checkpoints, `.safetensors` or `.npz`. */
  readonly folder: string;
  /** Model, data, loss, probes and evaluation; `initial`, `duration`, `changes` and `checkpoints` follow from the checkpoints. */
  readonly specification: Specification;
  readonly runsDirectory: string;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
  /** Name of the run; default: made from the specification. */
  readonly id?: string;
  /** Whether tensors that have no counterpart in the model are left out; default: they are an error. */
  readonly partial?: boolean;
  /** Checkpoints of an epoch; default: from the steps in the files' names and the batch size of the specification. */
  readonly perEpoch?: number;
  /**
   * Whether the update rule of the specification is only a default: then it is SGD with batches as large as the checkpoints say, or
   * full-batch descent where they do not say it. Forks train by it. Default: false.
   */
  readonly anyRule?: boolean;
}

/** Kinds that are measured on the batches of updates, which the sampler of the specification does not know here. */
const ofBatches: readonly string[] = ['alpha', 'gradient-tests', 'tic', 'gradient-histogram'];

/**
 * Makes a run of a training that was made elsewhere: iteration t is its t-th checkpoint, and what the specification's probes
 * measure of an update is measured of the step from one checkpoint to the next. Cosines are those of the gradients that the
 * checkpoints have, else of gradients computed on the batches that they name, else of the steps. Throws `DATA_MISSING` for a
 * folder without checkpoints, `WEIGHTS_INVALID` for one of another model, `SPECIFICATION_INVALID` for probes of batches, and what
 * {@link executeRun} throws.
 */
export async function importRun(request: ImportRequest, hooks: RunHooks): Promise<RunFile> {
  const { folder, runsDirectory, dataDirectory, id, partial = false } = request;
  const files = await readTrajectory(folder);
  const gradients = gradientsOf(files);
  const specification = specificationOf(request, files);
  const made = await prepare(specification, { dataDirectory }, noteTo(hooks));
  return closing(made, async () => {
    const clock = new EpochClock(request.perEpoch ?? checkpointsPerEpoch(made, files));
    const prepared: Prepared = { ...made, clock, followed: followed({ files, gradients, partial }) };
    const steps = files.flatMap(({ step }) => step ?? []);
    const origin: RunOrigin = { kind: 'imported', folder: basename(resolve(folder)), steps, gradients };
    const run = await newRun(prepared, describeEnvironment(prepared.runtime.backend), id);
    const writer = createRun(runsDirectory, { ...run, origin }, { assets: prepared.assets });
    return closing(writer, () => train(prepared, writer, hooks, null));
  });
}

function specificationOf(
  { specification, partial = false, anyRule = false }: ImportRequest,
  files: readonly TrajectoryFile[],
): Specification {
  const batch = specification.probes.find(({ kind }) => ofBatches.includes(kind));
  if (batch)
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `import: probes: expected none that is measured on the batches of updates, got "${batch.kind}"`,
    );
  const batchSize = files[0]!.indices?.length;
  const rule = batchSize === undefined ? { name: 'gd' } : { name: 'sgd', batchSize };
  return checked({
    ...specification,
    ...(anyRule && { optimizer: optimizerSchema.parse(rule) }),
    initial: { weights: resolve(files[0]!.path), partial },
    changes: [],
    duration: `${files.length - 1} iterations`,
    checkpoints: { every: '1 iteration', keep: files.length },
  });
}

/** Checkpoints of an epoch, where the steps in the names are evenly spaced; at least 1. */
function checkpointsPerEpoch({ clock }: Prepared, files: readonly TrajectoryFile[]): number {
  const steps = files.flatMap(({ step }) => step ?? []);
  const apart = steps.length === files.length ? (steps.at(-1)! - steps[0]!) / (files.length - 1) : 1;
  return Math.max(1, Math.round(clock.at(0).iterationsPerEpoch / apart));
}

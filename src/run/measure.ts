import { invariant, ThalwegError, type HostTensor } from '../base/index.ts';
import type { MeasuredValue, MeasurementReport, QuantitySpecification } from '../contract/index.ts';
import type { NetworkPoint } from '../curvature/index.ts';
import { createQuantity } from '../quantities/index.ts';
import { runDirectory } from '../store/index.ts';
import { requireSameData } from './beginning.ts';
import { checkpointAt, readRun } from './checkpoint-at.ts';
import { pointAt } from './point-at.ts';
import type { Prepared } from './assemble.ts';
import { prepare } from './prepare.ts';
import { exampleColumns, momentAt, quantitySetting } from './quantities.ts';
import { closing } from './resource.ts';

export interface MeasureRequest {
  readonly runsDirectory: string;
  readonly id: string;
  /** An iteration that has a checkpoint, or the newest checkpoint; 0: the initial point, which needs none. */
  readonly at: number | 'last';
  /** Measured one after the other. */
  readonly quantities: readonly QuantitySpecification[];
  /** Whether vectors and per-example values are wanted as well; default false. */
  readonly tensors?: boolean;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
  /** Threads of the CPU runtime; default: those of the run, which give the bits that its probes recorded. */
  readonly threads?: number | 'auto';
}

export interface MeasureHooks {
  /** Hears of each product of the quantity that is being measured. */
  readonly onProgress?: (progress: MeasureProgress) => void;
  /** Hears the values of each quantity as soon as they are there. */
  readonly onMeasured?: (values: readonly MeasuredValue[]) => void;
  readonly onNote?: (message: string) => void;
  /** When it aborts, measuring ends at the next product with `INTERRUPTED`. */
  readonly signal?: AbortSignal;
}

export interface MeasureProgress {
  readonly quantity: QuantitySpecification['kind'];
  readonly products: number;
  /** Products at most. */
  readonly of: number;
}

export interface MeasuredRun {
  readonly report: MeasurementReport;
  /** Vectors and per-example values by name; empty unless they were asked for. */
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/**
 * Measures quantities at a checkpoint of a run, or at its initial point, in this process, and writes nothing. A value is, bit for bit, what a probe with
 * the same options records at that iteration. Throws `RUN_STATE` for an iteration without a checkpoint,
 * `CHECKPOINT_INVALID`, `DATA_INVALID` when the examples are not those of the run, `INTERRUPTED`, and what the quantities throw.
 */
export async function measureRun(request: MeasureRequest, hooks: MeasureHooks = {}): Promise<MeasuredRun> {
  const { runsDirectory, id, dataDirectory } = request;
  const { file, checkpoints } = readRun(runsDirectory, id);
  const checkpoint = request.at === 0 ? null : checkpointAt(id, checkpoints, request.at);
  const { device, threads: own } = file.environment;
  const { threads = own } = request;
  const places = { runDirectory: runDirectory(runsDirectory, id), dataDirectory, device, threads };
  const prepared = await prepare(file.specification, places, hooks.onNote);
  return closing(prepared, async () => {
    await requireSameData(file, prepared);
    const iteration = checkpoint?.iteration ?? 0;
    const point = pointAt(checkpoint, prepared.objective.model, prepared.specification);
    const measured = await measureAll(prepared, point, iteration, request, hooks);
    return { report: { run: id, iteration, quantities: measured.values }, tensors: measured.tensors };
  });
}

/** Measures quantities at a point, one after the other. */
export async function measureAll(
  prepared: Prepared,
  point: NetworkPoint,
  iteration: number,
  { quantities, tensors: wanted = false }: Pick<MeasureRequest, 'quantities' | 'tensors'>,
  hooks: MeasureHooks,
): Promise<{ values: MeasuredValue[]; tensors: Record<string, HostTensor> }> {
  const values: MeasuredValue[] = [];
  const tensors: Record<string, HostTensor> = {};
  for (const specification of quantities) {
    const measured = await measureOne(prepared, point, iteration, specification, wanted, hooks);
    values.push(...measured.values);
    hooks.onMeasured?.(measured.values);
    for (const [name, tensor] of Object.entries(measured.tensors)) {
      invariant(!(name in tensors), `two quantities have a tensor "${name}"`);
      tensors[name] = tensor;
    }
  }
  return { values, tensors };
}

async function measureOne(
  prepared: Prepared,
  point: NetworkPoint,
  iteration: number,
  specification: QuantitySpecification,
  wanted: boolean,
  { onProgress, signal }: MeasureHooks,
): Promise<{ values: MeasuredValue[]; tensors: Readonly<Record<string, HostTensor>> }> {
  const { kind } = specification;
  const requireGoingOn = (): void => {
    if (signal?.aborted)
      throw new ThalwegError('INTERRUPTED', `measure: stopped while ${kind} was measured at iteration ${iteration}`);
  };
  requireGoingOn();
  const quantity = await createQuantity(specification, quantitySetting(prepared, specification));
  try {
    const began = performance.now();
    const report = (progress: { readonly products: number; readonly of: number }): void => {
      requireGoingOn();
      onProgress?.({ quantity: kind, ...progress });
    };
    report({ products: 0, of: quantity.maxProducts });
    const options = { tensors: wanted, onProgress: report };
    const { readings, products, converged, tensors } = await quantity.measure(
      point,
      momentAt(prepared, iteration),
      options,
    );
    const cost = { products, seconds: (performance.now() - began) / 1000, converged };
    const values = readings.map(({ series: name, coordinate, value, standardError, examples }) => ({
      name,
      quantity: kind,
      ...(coordinate === null ? {} : { coordinate }),
      value,
      standardError,
      examples,
      ...cost,
    }));
    return { values, tensors: { ...tensors, ...(wanted && exampleColumns(prepared, specification)) } };
  } finally {
    await quantity.release();
  }
}

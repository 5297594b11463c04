import type { z } from 'zod';
import { ThalwegError, toFloat64 } from '../../base/index.ts';
import { quantitySchema } from '../../contract/index.ts';
import { measureRun, type MeasuredRun } from '../../run/index.ts';
import type { ComputationRequest } from '../paper.ts';

/** What is measured at a checkpoint, as a user would write it. */
export type QuantityInput = z.input<typeof quantitySchema>;

/** Measures quantities at an iteration of the one run of an experiment that has this seed and agrees with `where`. */
export function measureTrial(
  request: ComputationRequest,
  experiment: string,
  where: ComputationRequest['condition'],
  at: number | 'last',
  quantities: readonly QuantityInput[],
): Promise<MeasuredRun> {
  const [run, ...more] = request.runs(experiment, where);
  if (!run || more.length > 0)
    throw new ThalwegError(
      'NO_DATA',
      `${experiment}: expected one run of seed ${request.seed} with ${JSON.stringify(where)}, got ${more.length + (run ? 1 : 0)}`,
    );
  return measureRun({
    runsDirectory: request.runsDirectory,
    id: run.id,
    at,
    quantities: quantities.map((quantity) => quantitySchema.parse(quantity)),
    tensors: true,
    threads: request.threads,
    ...(request.dataDirectory !== undefined && { dataDirectory: request.dataDirectory }),
  });
}

/** A tensor of a measurement, in the order of the examples. Throws `NO_DATA` where there is none. */
export function column({ tensors, report }: MeasuredRun, name: string): number[] {
  const tensor = tensors[name];
  if (tensor) return Array.from(toFloat64(tensor));
  throw new ThalwegError('NO_DATA', `run ${report.run}: expected a tensor ${name}, got a measurement without`);
}

/** The numeric option of a computation. */
export function numberOption({ options }: ComputationRequest, name: string): number {
  const value = options[name];
  if (typeof value === 'number') return value;
  throw new ThalwegError('USAGE', `option ${name}: expected a number, got ${JSON.stringify(value)}`);
}

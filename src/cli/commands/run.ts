import { resolve } from 'node:path';
import { ThalwegError } from '../../base/index.ts';
import { defaultRunsDirectory } from '../../store/index.ts';
import { resolveSpecification, type SpecificationRequest } from '../../studies/index.ts';
import type { Io } from '../io.ts';
import { given } from '../options.ts';
import { train, type TrainingOptions } from '../training.ts';

export interface RunOptions extends TrainingOptions, Omit<SpecificationRequest, 'target' | 'sets' | 'onNonFinite'> {
  readonly set?: readonly string[];
  readonly id?: string;
  readonly dryRun?: boolean;
  readonly onDivergence?: SpecificationRequest['onNonFinite'];
  readonly weights?: string;
  readonly weightsPartial?: boolean;
}

/** `thalweg run <study or file>`. */
export async function run(target: string, options: RunOptions, io: Io): Promise<number> {
  const { scale, seed, device, threads, name, onDivergence: onNonFinite } = options;
  const sets = [...(options.set ?? []), ...initialWeights(options)];
  const specification = resolveSpecification({
    target,
    ...given({ scale, seed, device, threads, name, sets, onNonFinite }),
  });
  if (options.dryRun === true) {
    if (options.serve === true) throw new ThalwegError('USAGE', 'run: expected no --serve beside --dry-run');
    return (await import('./dry-run.ts')).dryRun(specification, options, io);
  }
  const place = given({ id: options.id, dataDirectory: options.data });
  return train(
    { kind: 'execute', specification, runsDirectory: options.runs ?? defaultRunsDirectory(), ...place },
    options,
    io,
  );
}

/** `--weights` as a value of the specification; a path is meant from where the command is given. */
function initialWeights({ weights, weightsPartial: partial = false }: RunOptions): string[] {
  if (weights === undefined && partial)
    throw new ThalwegError('USAGE', '--weights-partial: expected --weights beside it');
  return weights === undefined ? [] : [`initial=${JSON.stringify({ weights: resolve(weights), partial })}`];
}

import { ThalwegError } from '../base/index.ts';
import { specificationSchema, type RunFile, type Specification } from '../contract/index.ts';
import type { NewRun } from '../store/core/index.ts';
import type { Prepared } from './assemble.ts';

/** A specification of the library's own caller is checked like that of a file. */
export function checked(specification: Specification): Specification {
  const result = specificationSchema.safeParse(specification);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new ThalwegError('SPECIFICATION_INVALID', `specification: ${[path.join('.'), message].join(': ')}`);
}

/** The content of `run.json` for a run that is about to begin, in that environment. */
export async function newRun(
  prepared: Prepared,
  environment: RunFile['environment'],
  id: string | undefined,
): Promise<NewRun> {
  const { specification, data, objective, clock, totalIterations } = prepared;
  return {
    ...(id === undefined ? {} : { id }),
    status: 'created',
    specification,
    iterationsPerEpoch: clock.at(0).iterationsPerEpoch,
    epochChanges: [...clock.changes],
    totalIterations,
    iteration: 0,
    environment,
    data: {
      trainExamples: data.train.count,
      validationExamples: data.validation?.count ?? 0,
      testExamples: data.test.count,
      classes: data.classes,
      inputShape: [...data.inputShape],
      digest: await data.digest(),
    },
    parameters: objective.model.size,
    summary: null,
    error: null,
  };
}

/** Throws `DATA_INVALID` when the examples are not those a run began with. */
export const requireSameData = ({ id, data }: RunFile, prepared: Pick<Prepared, 'data'>): Promise<void> =>
  requireDigest(`run ${id}: expected the examples it began with`, data.digest, prepared);

/** Throws `DATA_INVALID` when the examples as they are used have another SHA-256 than `digest`. */
export async function requireDigest(
  expectation: string,
  digest: string,
  { data }: Pick<Prepared, 'data'>,
): Promise<void> {
  const got = await data.digest();
  if (got === digest) return;
  const brief = (text: string): string => `${text.slice(0, 12)}…`;
  throw new ThalwegError('DATA_INVALID', `${expectation} (SHA-256 ${brief(digest)}), got others (${brief(got)})`);
}

/** What differs between two environments and can change the last digits of a run's numbers, one sentence each. */
export function differences(before: RunFile['environment'], now: RunFile['environment']): string[] {
  const decisive = ['thalweg', 'onnxruntime', 'platform', 'processor', 'device', 'threads'] as const;
  return decisive
    .filter((key) => before[key] !== now[key])
    .map(
      (key) => `${key}: the run began with ${before[key]} and goes on with ${now[key]}: numbers may differ slightly`,
    );
}

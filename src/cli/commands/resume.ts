import type { ResumeRequest } from '../../run/index.ts';
import { defaultRunsDirectory, resolveRunId } from '../../store/index.ts';
import type { Io } from '../io.ts';
import { given } from '../options.ts';
import { train, type TrainingOptions } from '../training.ts';

export interface ResumeOptions extends TrainingOptions, Pick<ResumeRequest, 'device'> {}

/** `thalweg resume <run>`. */
export async function resume(run: string, options: ResumeOptions, io: Io): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const id = resolveRunId(runsDirectory, run);
  return train(
    { kind: 'resume', runsDirectory, id, ...given({ dataDirectory: options.data, device: options.device }) },
    options,
    io,
  );
}

import type { Specification } from '../../contract/index.ts';
import { defaultRunsDirectory, openRun, resolveRunId } from '../../store/index.ts';
import { applyAssignments, parseAssignment, parseSpecification } from '../../studies/index.ts';
import type { Io } from '../io.ts';
import { given } from '../options.ts';
import { train, type TrainingOptions } from '../training.ts';

export interface ForkOptions extends TrainingOptions {
  readonly at: number;
  readonly set?: readonly string[];
  readonly name?: string;
  readonly onDivergence?: Specification['onNonFinite'];
  readonly id?: string;
}

/** `thalweg fork <run> --at <iteration>`: the parent's specification with the changes of `--set`. */
export async function fork(run: string, options: ForkOptions, io: Io): Promise<number> {
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const parent = resolveRunId(runsDirectory, run);
  const assignments = (options.set ?? []).map(parseAssignment);
  const { name, onDivergence: onNonFinite } = options;
  for (const [key, value] of Object.entries(given({ name, onNonFinite }))) assignments.push({ path: [key], value });
  const changed = applyAssignments(openRun(runsDirectory, parent).file().specification, assignments);
  const specification = parseSpecification(changed, parent, assignments);
  const place = given({ id: options.id, dataDirectory: options.data });
  return train({ kind: 'fork', runsDirectory, parent, at: options.at, specification, ...place }, options, io);
}

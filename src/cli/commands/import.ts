import type { TrainerMessage } from '../../contract/index.ts';
import { defaultRunsDirectory } from '../../store/index.ts';
import { resolveQuantities } from '../../studies/index.ts';
import { interruptible } from '../interrupt.ts';
import { writeJson, writeLine, type Io } from '../io.ts';
import { given } from '../options.ts';
import { ownSpecification, splitSets, type OwnOptions } from '../own.ts';
import { createProgress } from '../progress.ts';
import { closingText, runDocument } from '../summary.ts';

export interface ImportCommandOptions extends OwnOptions {
  readonly quantity?: readonly string[];
  readonly perEpoch?: number;
  readonly set?: readonly string[];
  readonly id?: string;
  readonly runs?: string;
  readonly json?: boolean;
}

/** What is measured of every step of a trajectory. */
const walkProbes = [{ kind: 'interpolation' }, { kind: 'gradient-cosine' }, { kind: 'distance' }] as const;

/** `thalweg import <folder>`: a run of the checkpoints in it. */
export async function importCheckpoints(folder: string, options: ImportCommandOptions, io: Io): Promise<number> {
  const { json, id, perEpoch, quantity: names = [] } = options;
  const { own, others: sets } = splitSets(options.set ?? []);
  const quantities = names.length === 0 ? [] : resolveQuantities({ names, sets });
  const every = '1 iteration';
  const probes = [...walkProbes, ...quantities.map((quantity) => ({ ...quantity, every }))];
  const base = [{ path: ['probes'], value: probes }, ...own];
  const anyRule = !own.some(({ path }) => path[0] === 'optimizer');
  const specification = await ownSpecification('import', options, base, { name: 'sgd' });
  const runsDirectory = options.runs ?? defaultRunsDirectory();
  const output = json === true ? io.stderr : io.stdout;
  const display = createProgress(output);
  const run = await interruptible('import', io, async (signal) => {
    const { importRun } = await import('../../run/index.ts');
    const request = { folder, specification, runsDirectory, anyRule, partial: options.weightsPartial === true };
    const onMessage = (message: TrainerMessage): void => display.show(message);
    return importRun({ ...request, ...given({ id, perEpoch }) }, { signal, onMessage });
  }).finally(() => display.end());
  writeLine(output, closingText(run, runsDirectory, options.runs));
  if (json === true) writeJson(io.stdout, runDocument(run, runsDirectory));
  return run.status === 'finished' ? 0 : 130;
}

import { ThalwegError } from '../base/index.ts';
import { startRun } from '../run/index.ts';
import { startComputation } from './computation.ts';
import type { StartTrial } from './execute.ts';
import { stateOf } from './state.ts';
import type { PlannedTrial } from './trial.ts';
import type { Work } from './work.ts';

export interface Place {
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
  /** Seeds as they were asked for: computing processes plan again. */
  readonly seeds: number | undefined;
}

/** Begins trials in processes of their own: runs from their last checkpoint where they have one. */
export function starter({ runsDirectory, dataDirectory, seeds }: Place): StartTrial {
  return (trial, threads, onProgress) => {
    if (trial.kind === 'training') return startTraining(trial, { runsDirectory, dataDirectory }, threads, onProgress);
    const { id, scale, experiment } = trial;
    const paper = experiment.id.split('-')[0]!;
    return startComputation({ paper, scale, seeds, id, runsDirectory, dataDirectory, threads }, onProgress);
  };
}

function startTraining(
  trial: PlannedTrial & { readonly kind: 'training' },
  { runsDirectory, dataDirectory }: Omit<Place, 'seeds'>,
  threads: number,
  onProgress: (share: number) => void,
): Work {
  const { id } = trial;
  const place = { runsDirectory, id, ...(dataDirectory === undefined ? {} : { dataDirectory }) };
  const isBegun = stateOf(trial, runsDirectory).status === 'unfinished';
  const process = startRun(
    isBegun
      ? { kind: 'resume', ...place }
      : { kind: 'execute', specification: { ...trial.specification, threads }, ...place },
    {
      onMessage(message) {
        if (message.type === 'progress') onProgress(message.iteration / Math.max(1, message.totalIterations));
      },
    },
  );
  const done = process.done.then((run) => {
    if (run.status !== 'finished') throw new ThalwegError('INTERRUPTED', `run ${id}: stopped after a checkpoint`);
  });
  return { done, stop: () => process.stop() };
}

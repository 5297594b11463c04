import type { MetricRecord } from '../../src/contract/index.ts';
import { createRun } from '../../src/store/index.ts';
import { syntheticRunFile, syntheticWalk } from '../figures/synthetic-walk.ts';
import type { SyntheticWalk } from '../figures/synthetic-walk.ts';

/** A run that is on its way while a test looks at it. */
export interface WalkingRun {
  readonly id: string;
  /** Lets it end, and waits until everything is written. */
  end(): Promise<void>;
}

/** What starts a {@link WalkingRun} in a folder; the tests of the page do not care what it is. */
export type StartWalk = (runsDirectory: string) => Promise<WalkingRun>;

const walk: SyntheticWalk = { iterationsPerEpoch: 40, iterations: 4000, interpolated: 40, points: 11, seed: 3 };
const pause = 50;

/** Writes a made-up walk, twenty iterations a second, the way a trainer does. */
export const startSyntheticWalk: StartWalk = async (runsDirectory) => {
  const writer = createRun(runsDirectory, syntheticRunFile('walking', walk));
  const steps = syntheticWalk(walk);
  let iteration = 0;
  writer.log('info', 'the walk begins');
  const timer = setInterval(() => {
    writer.append((steps.next().value as readonly MetricRecord[] | undefined) ?? []);
    writer.flush();
    if (++iteration % 10 === 0) writer.update({ iteration });
  }, pause);
  return {
    id: 'walking',
    async end() {
      clearInterval(timer);
      writer.log('info', 'the walk ends');
      writer.update({ iteration, status: 'finished' });
      writer.close();
    },
  };
};

/** Writes a whole walk at once. */
export function writeWalk(runsDirectory: string, id: string, whole: SyntheticWalk): void {
  const writer = createRun(runsDirectory, syntheticRunFile(id, whole));
  for (const records of syntheticWalk(whole)) writer.append(records);
  writer.flush();
  writer.update({ iteration: whole.iterations, status: 'finished' });
  writer.close();
}

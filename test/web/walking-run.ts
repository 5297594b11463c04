import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { MetricRecord, RunStatus } from '../../src/contract/index.ts';
import { createRun, summarise } from '../../src/store/index.ts';
import { syntheticRunFile, syntheticWalk } from '../figures/synthetic-walk.ts';
import type { SyntheticWalk } from '../figures/synthetic-walk.ts';

/** A run that is on its way while a test looks at it. */
export interface WalkingRun {
  readonly id: string;
  /** Lets it end, and waits until everything is written. Returns the status it ends with. */
  end(): Promise<RunStatus>;
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
      return 'finished';
    },
  };
};

/** Trains the quickstart study through the built command line, until it is told to stop. */
export const startQuickstart: StartWalk = async (runsDirectory) => {
  const main = join(import.meta.dirname, '../../dist/cli/main.js');
  const options = ['--runs', runsDirectory, '--id', 'walking', '--no-serve', '--set', 'duration=100000 epochs'];
  const child = spawn(process.execPath, [main, 'run', 'quickstart', ...options], { stdio: 'ignore' });
  const exit = once(child, 'exit');
  return {
    id: 'walking',
    async end() {
      child.kill('SIGINT');
      const [code] = (await exit) as [number | null];
      if (code !== 130) throw new Error(`thalweg run: expected exit code 130 after an interruption, got ${code}`);
      return 'interrupted';
    },
  };
};

/** Writes a whole walk at once. */
export function writeWalk(runsDirectory: string, id: string, whole: SyntheticWalk): void {
  const writer = createRun(runsDirectory, syntheticRunFile(id, whole));
  for (const records of syntheticWalk(whole)) writer.append(records);
  writer.flush();
  writer.update({ iteration: whole.iterations, status: 'finished' });
  writer.update({ summary: summarise(writer.reader()) });
  writer.close();
}

import { Pause, ThalwegError } from '../../src/base/index.ts';
import { intervalsFigure } from '../../src/figures/index.ts';
import { computeTrial } from '../../src/reproduce/compute.ts';
import { planTrials, type StartTrial } from '../../src/reproduce/index.ts';
import { createStudyPerformer } from '../../src/server/studies/perform.ts';
import type { StudyWorkers } from '../../src/server/studies/work.ts';
import type { Claim, ComputedExperiment, Paper } from '../../src/studies/index.ts';
import { trialOf } from '../../src/studies/evidence.ts';
import { perSeed } from '../../src/studies/measures.ts';

const experiment = (id: string, value: (seed: number) => number): ComputedExperiment => ({
  kind: 'computed',
  id,
  title: `Numbers of ${id}`,
  description: 'A test.',
  differences: null,
  rows: ['F-test'],
  seeds: { smoke: 3, laptop: 4, paper: 5 },
  version: 1,
  needs: [],
  seconds: { smoke: 2, laptop: 20, paper: 200 },
  trials: () => [{ condition: {}, options: {} }],
  compute: async ({ seed }) => ({ numbers: { value: value(seed) }, arrays: {} }),
});

const claim = (id: string, need: string): Claim => ({
  id,
  row: 'F-test',
  place: 'section 1',
  statement: `The numbers of ${need} are positive.`,
  quantity: 'number',
  hypothesis: { kind: 'mean', smallest: 0.5 },
  needs: [need],
  measure: (evidence) => {
    measured.push(id);
    return perSeed(evidence, (seed) => trialOf(evidence, need, seed).number('value'));
  },
});

/** Claims that were measured, in their order. */
export const measured: string[] = [];

/** A paper whose numbers are there in no time: those of `F-up` are near 1, those of `F-down` near −1. */
export const quickPaper: Paper = {
  letter: 'F',
  title: 'A quick paper',
  authors: 'Nobody',
  year: 2026,
  text: '**First.** Numbers are *computed*. They are few: `3`. Then comes more.\n\n## Then\n\n- one **thing**\n- another\n',
  experiments: [experiment('F-up', (seed) => 1 + seed / 100), experiment('F-down', (seed) => -1 - seed / 100)],
  claims: [claim('F-test.up', 'F-up'), claim('F-test.down', 'F-down')],
  figures: [
    {
      id: 'F-test.numbers',
      row: 'F-test',
      place: 'figure 1',
      title: 'Numbers',
      caption: 'Each number.',
      needs: ['F-up'],
      claims: ['F-test.up'],
      draw: (evidence, look) =>
        intervalsFigure(
          {
            id: 'numbers',
            title: 'Numbers',
            subtitle: '',
            quantity: 'number',
            x: { label: 'number', domain: [0, 2] },
            rows: evidence.trials('F-up').map((trial) => ({
              label: trial.id,
              estimate: trial.number('value'),
              interval: [trial.number('value') - 0.1, trial.number('value') + 0.1],
            })),
          },
          look,
        ),
    },
  ],
  tables: [
    {
      id: 'F-test.table',
      row: 'F-test',
      place: 'table 1',
      title: 'Numbers',
      caption: 'Each number.',
      needs: ['F-down'],
      claims: [],
      build: (evidence) => ({
        columns: ['seed', 'a, b'],
        rows: evidence.seeds.map((seed) => [String(seed), String(trialOf(evidence, 'F-down', seed).number('value'))]),
      }),
    },
  ],
};

/** What tests do with trials: each waits until it is let go, and can be made to fail. */
export class Gate {
  /** Identifiers of trials that were begun. */
  readonly begun: string[] = [];
  failing: (id: string) => boolean = () => false;
  #isOpen = true;
  #waiting: (() => void)[] = [];

  shut(): void {
    this.#isOpen = false;
  }

  open(): void {
    this.#isOpen = true;
    this.#waiting.splice(0).forEach((go) => go());
  }

  /** Begins trials in this process. */
  readonly start =
    (runsDirectory: string): StartTrial =>
    (trial, threads, onProgress) => {
      this.begun.push(trial.id);
      let isStopped = false;
      const compute = async (): Promise<void> => {
        onProgress(0.25);
        if (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
        if (isStopped) throw new ThalwegError('INTERRUPTED', `${trial.id}: stopped`);
        if (this.failing(trial.id)) throw new Error('the machine stood still');
        if (trial.kind !== 'computed') throw new Error('no training here');
        const trials = planTrials(quickPaper, trial.scale);
        await computeTrial({ trial, trials, runsDirectory, dataDirectory: undefined, threads, onProgress });
      };
      const stop = (): void => {
        isStopped = true;
        this.open();
      };
      return { done: compute(), stop };
    };
}

/** Reads and makes studies in this process. */
export function workersHere(runsDirectory: string, gate = new Gate()): StudyWorkers {
  const perform = createStudyPerformer({ papers: [quickPaper], start: gate.start(runsDirectory) });
  return {
    read: (request) =>
      perform(request, { onMessage: () => undefined, signal: new AbortController().signal, pause: new Pause() }),
    begin(request, onMessage) {
      const controller = new AbortController();
      const stop = (): void => controller.abort();
      // As from another process, nothing is told before this returns.
      const done = Promise.resolve().then(() =>
        perform(request, { onMessage, signal: controller.signal, pause: new Pause() }),
      );
      return { done, stop, kill: stop, pause: () => undefined, continue: () => undefined };
    },
    close: async () => undefined,
  };
}

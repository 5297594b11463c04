import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sweepSchema, type SweepInput } from '../../src/contract/index.ts';
import { executeRun, planRun, resumeRun } from '../../src/run/index.ts';
import {
  planSweep,
  requestFor,
  runSweep,
  type MakingMessage,
  type PriceBookOptions,
  type RunQueue,
  type SweepPlan,
} from '../../src/sweep/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';

/** A base whose runs take a fraction of a second. */
export const smallBase = {
  data: { name: 'mnist-1d', examples: 100, testExamples: 20 },
  model: { name: 'mlp', hidden: [4] },
  optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 25 },
  duration: '4 epochs',
  evaluate: '1 epoch',
} as const;

/** A sweep as a file would describe it, with what it changes. */
export const sweepOf = (changes: Partial<SweepInput> = {}): SweepInput => ({
  name: 'test',
  base: structuredClone(smallBase),
  ...changes,
});

/** The plan of a sweep. */
export const planOf = (changes: Partial<SweepInput> = {}, sets: readonly string[] = []): SweepPlan =>
  planSweep({ path: 's.yaml', text: '', sweep: sweepSchema.parse(sweepOf(changes)) }, sets);

/** A sweep file in a folder of its own. */
export function sweepFile(content: unknown): string {
  const path = join(temporaryFolder(), 's.yaml');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Prices that are found out in this process and kept nowhere. */
export const pricesHere: Pick<PriceBookOptions, 'planner' | 'file'> = {
  planner: (request) => planRun(request),
  file: null,
};

/** Makes runs in this process, one at a time, and notes what it was asked for: `id` or `id@until`. */
export function queueHere(runsDirectory: string, asked: string[] = []): RunQueue {
  return {
    concurrency: 1,
    start(run, onProgress) {
      asked.push(run.until === undefined ? run.id : `${run.id}@${run.until}`);
      const controller = new AbortController();
      const request = requestFor(run, 1, { runsDirectory, dataDirectory: undefined });
      const hooks = { signal: controller.signal, onMessage: () => onProgress(0.5) };
      const made = request.kind === 'execute' ? executeRun(request, hooks) : resumeRun(request, hooks);
      return { done: made.then(() => undefined), stop: () => controller.abort() };
    },
    close: async () => undefined,
  };
}

/** Hooks that keep what they hear. */
export function listening() {
  const messages: MakingMessage[] = [];
  return { messages, onMessage: (message: MakingMessage) => void messages.push(message) };
}

/** Makes a sweep here; returns what was asked of the queue beside the result. */
export async function make(plan: SweepPlan, runsDirectory: string, queue?: RunQueue) {
  const asked: string[] = [];
  const hooks = listening();
  const request = { plan, runsDirectory, queue: queue ?? queueHere(runsDirectory, asked), prices: pricesHere };
  return { result: await runSweep(request, hooks), asked, messages: hooks.messages };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream, type RandomStream } from '../../src/base/index.ts';
import type { Specification } from '../../src/contract/index.ts';
import { startRun } from '../../src/run/index.ts';
import { checkpointBytes, execute, fileAndLog, recordsOf, runsFolder, smallDescent, smallRun } from './support.ts';

const worker = fileURLToPath(new URL('../../dist/run/worker.js', import.meta.url));
beforeAll(() => {
  expect(existsSync(worker), 'dist/run/worker.js is missing: npm run build makes it').toBe(true);
});

/** Checkpoints come often, so that many kills hit while one is written. */
const total = 1500;
const long = { duration: `${total} iterations`, checkpoints: { every: '15 iterations', keep: 2 } };
const probes = [{ kind: 'interpolation', points: 3 }, { kind: 'gradient-cosine' }, { kind: 'distance' }] as const;

/** Kills by each update rule; together they are the 20 and more that runs have to survive. */
const kills = 12;
/** Milliseconds within which a session of the first run is killed, counted from its start or from its first update. */
const [startup, life] = [900, 500];

/**
 * Trains run `id` in one process after the other, each killed at a random moment: while it starts, trains, records or writes
 * a checkpoint. After `most` kills it is left to finish. Returns how many there were.
 *
 * @param patience times as long as the first run's sessions are these left alone at most
 */
async function trainThroughKills(
  specification: Specification,
  runs: string,
  id: string,
  most: number,
  patience: number,
  random: RandomStream,
): Promise<number> {
  for (let hits = 0; ; hits++) {
    const request = existsSync(join(runs, id))
      ? ({ kind: 'resume', runsDirectory: runs, id } as const)
      : ({ kind: 'execute', specification, runsDirectory: runs, id } as const);
    const starting = random.uniform() < 0.2;
    const delay = patience * random.uniform() * (starting ? startup : life);
    let timer: NodeJS.Timeout | undefined;
    const killLater = (): void => {
      if (hits < most) timer ??= setTimeout(() => trainer.kill(), delay);
    };
    const onMessage = ({ type }: { type: string }): void => {
      if (type === 'progress' && !starting) killLater();
    };
    const trainer = startRun(request, { onMessage }, worker);
    if (starting) killLater();
    const ending = await trainer.done.then(
      () => 'finished',
      (error: { code: string }) => error.code,
    );
    clearTimeout(timer);
    if (ending === 'finished') return hits;
    expect(ending).toBe('INTERRUPTED');
  }
}

function expectSameAsWhole(runs: string, id: string): void {
  const [run, whole] = [fileAndLog(runs, id), fileAndLog(runs, 'whole')];
  expect(run.file).toMatchObject({ status: 'finished', iteration: total });
  expect(recordsOf(runs, id)).toEqual(recordsOf(runs, 'whole'));
  expect(run.checkpoints).toEqual(whole.checkpoints);
  for (const iteration of run.checkpoints)
    expect(checkpointBytes(runs, iteration, id) === checkpointBytes(runs, iteration, 'whole')).toBe(true);
  expect({ ...run.file.summary, seconds: 0, probes: [] }).toEqual({ ...whole.file.summary, seconds: 0, probes: [] });
}

describe('a run that is killed at random moments', () => {
  it.each([
    ['SGD', smallRun({ ...long, probes: [...probes] })],
    ['full batch', smallDescent({ ...long, probes: [...probes] })],
  ])('records the same and ends with the same checkpoint as one that was not (%s)', async (name, specification) => {
    const runs = runsFolder();
    const random = randomStream(7, 'kills', name);
    await execute(specification, runs, 'whole');
    const starts = new Set<string>();
    // A fast machine ends a run before all kills have come: the next run takes the others. A slow one comes to no checkpoint
    // before it is killed: the next run is given more time.
    for (let [n, hits] = [1, 0]; hits < kills || starts.size < 5; n++) {
      hits += await trainThroughKills(specification, runs, `r${n}`, Math.max(5, kills - hits), n, random);
      expectSameAsWhole(runs, `r${n}`);
      for (const line of fileAndLog(runs, `r${n}`).log) if (line.startsWith('resumed at')) starts.add(line);
    }
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { createStarter } from '../../src/reproduce/start.ts';
import { planTrials, type PlannedTrial } from '../../src/reproduce/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { failureOf, gone, programOf } from '../workers/programs.ts';
import { testPaper } from './paper.ts';

/** Says as its share which process it is, and is done at once; of what asks for seven threads, only when it is stopped. */
const program = `
  process.on('disconnect', () => process.exit());
  const send = (output) => process.send(output);
  process.on('message', ({ type, request }) => {
    if (type === 'request') send({ type: 'message', message: process.pid });
    if (type === 'request' && (request.threads ?? request.specification.threads) === 7) return;
    if (type === 'stop') send({ type: 'failed', code: 'INTERRUPTED', message: 'stopped after a checkpoint', stack: null });
    else send({ type: 'ended', result: undefined });
  });`;

const trials = planTrials(testPaper, 'smoke');
const trained = trials.find(({ kind }) => kind === 'training')!;
const computed = trials.find(({ kind }) => kind === 'computed')! as PlannedTrial & { kind: 'computed' };
const exclusive: PlannedTrial = { ...computed, experiment: { ...computed.experiment, exclusive: true } };

function starterOfTest() {
  const place = { runsDirectory: temporaryFolder(), dataDirectory: undefined, seeds: undefined };
  const starter = createStarter(place, programOf(program, 'trials'));
  onTestFinished(() => starter.close());
  return (trial: PlannedTrial, threads = 1) => {
    let hear!: (pid: number) => void;
    const pid = new Promise<number>((resolve) => (hear = resolve));
    return { pid, ...starter.start(trial, threads, hear) };
  };
}

describe('trials in other processes', () => {
  it('follow one another in one process, runs and computations; what measures time gets a process without a past', async () => {
    const start = starterOfTest();
    const [run, computation] = [start(trained), computed] as const;
    await run.done;
    const pid = await run.pid;
    const second = start(computation);
    await second.done;
    expect(await second.pid).toBe(pid);
    const timed = start(exclusive);
    await timed.done;
    expect(await timed.pid).not.toBe(pid);
    await gone(pid);
  });

  it('are asked to stop where they are runs, and ended at once where they are computations', async () => {
    const start = starterOfTest();
    const run = start(trained, 7);
    const pid = await run.pid;
    run.stop();
    expect(await failureOf(run.done)).toMatchObject({ code: 'INTERRUPTED', message: 'stopped after a checkpoint' });
    const computation = start(computed, 7);
    expect(await computation.pid).toBe(pid);
    computation.stop();
    const error = { code: 'INTERRUPTED', message: `${computed.id}: stopped before it was done` };
    expect(await failureOf(computation.done)).toMatchObject(error);
    await gone(pid);
  });

  it('are told of by name when their process dies', async () => {
    const start = starterOfTest();
    const run = start(trained, 7);
    process.kill(await run.pid, 'SIGKILL');
    expect(await failureOf(run.done)).toMatchObject({
      code: 'TRAINER_DIED',
      message: `${trained.id}: expected a result from its process, it ended with signal SIGKILL`,
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { RunFile, TrainerMessage } from '../../src/contract/index.ts';
import { startRun, type RunRequest } from '../../src/run/index.ts';
import { failureOf, gone, programOf } from '../workers/programs.ts';

/** Programs that speak the protocol of a worker that trains, and nothing else. */
const trainers = {
  obedient: `
    const send = (output) => process.send(output);
    const tell = (message) => send({ type: 'message', message });
    const end = (status) => send({ type: 'ended', result: { id: 'r1', status, iteration: process.pid } });
    process.on('disconnect', () => process.exit());
    process.on('message', (input) => {
      if (input.type === 'request') {
        tell({ type: 'started', run: 'r1', directory: 'd', totalIterations: 9, iteration: 0 });
        tell({ type: 'progress', loss: NaN });
        if (input.request.id === 'r1') end('finished');
      } else end('interrupted');
    });`,
  failing: `process.once('message', () => process.send(
      { type: 'failed', code: 'DATA_MISSING', message: 'mnist: missing', stack: 'the stack of the trainer' }));`,
  dying: `process.once('message', () => process.send({ type: 'message', message: { type: 'started', run: 'r1' } }, undefined, undefined,
      () => process.kill(process.pid, 'SIGKILL')));`,
  leaving: `process.once('message', () => process.exit(7));`,
  deaf: `process.on('message', ({ type }) => { if (type === 'stop') process.exit(0); });`,
};

const request: RunRequest = { kind: 'resume', runsDirectory: 'runs', id: 'r1' };
const unnamed = { kind: 'resume', runsDirectory: 'runs' } as RunRequest;

const start = (
  name: keyof typeof trainers,
  onMessage: (message: TrainerMessage) => void = () => undefined,
  what: RunRequest = request,
) => startRun(what, { onMessage }, programOf(trainers[name], name));

describe('a training process', () => {
  it('passes every message on, NaN included, before it resolves with the run, and ends', async () => {
    const messages: TrainerMessage[] = [];
    const run: RunFile = await start('obedient', (message) => messages.push(message)).done;
    expect(run).toMatchObject({ id: 'r1', status: 'finished' });
    expect(messages.map(({ type }) => type)).toEqual(['started', 'progress']);
    expect(messages[1]).toMatchObject({ loss: NaN });
    // This trainer says there which process it is.
    await gone(run.iteration);
  });

  it('resolves with an interrupted run when it was asked to stop', async () => {
    const trainer = start('obedient', (message) => message.type === 'progress' && trainer.stop(), unnamed);
    expect(await trainer.done).toMatchObject({ status: 'interrupted' });
  });

  it('rejects with the trainer’s own error and stack', async () => {
    expect(await failureOf(start('failing').done)).toMatchObject({
      code: 'DATA_MISSING',
      message: 'mnist: missing',
      stack: 'the stack of the trainer',
    });
  });

  it('names the signal that ended it and how to go on', async () => {
    expect(await failureOf(start('dying').done)).toMatchObject({
      code: 'TRAINER_DIED',
      message:
        'run r1: expected a result from the training process, it ended with signal SIGKILL; "thalweg resume r1" goes on from its last checkpoint',
    });
  });

  it('names the exit code of one that left before it began', async () => {
    expect(await failureOf(start('leaving').done)).toMatchObject({
      code: 'TRAINER_DIED',
      message: 'run r1: expected a result from the training process, it ended with exit code 7',
    });
  });

  it('is interrupted, not broken, when it was stopped before it began', async () => {
    const trainer = start('deaf');
    trainer.stop();
    expect(await failureOf(trainer.done)).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  });

  it('can be killed', async () => {
    const trainer = start('obedient', (message) => message.type === 'progress' && trainer.kill(), unnamed);
    expect(await failureOf(trainer.done)).toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringContaining('thalweg resume r1') as string,
    });
  });
});

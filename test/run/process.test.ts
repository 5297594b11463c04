import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ThalwegError } from '../../src/base/index.ts';
import type { TrainerMessage } from '../../src/contract/index.ts';
import { startRun, type RunRequest } from '../../src/run/process.ts';

/** Programs that speak the protocol of a trainer, and nothing else. */
const trainers = {
  obedient: `
    const send = (message, then) => process.send(message, undefined, undefined, then);
    process.on('message', (input) => {
      if (input.type === 'request') {
        send({ type: 'started', run: 'r1', directory: 'd', totalIterations: 9, iteration: 0 });
        send({ type: 'progress', loss: NaN });
        if (input.request.id === 'r1') end('finished');
      } else end('interrupted');
    });
    const end = (status) => send({ type: 'ended', run: { id: 'r1', status } }, () => process.exit());`,
  failing: `process.once('message', () => process.send(
      { type: 'failed', code: 'DATA_MISSING', message: 'mnist: missing', stack: 'the stack of the trainer', run: null },
      undefined, undefined, () => process.exit()));`,
  strange: `process.once('message', () => process.send(
      { type: 'failed', code: 'NO_SUCH_CODE', message: 'odd', stack: null, run: null }, undefined, undefined, () => process.exit()));`,
  dying: `process.once('message', () => process.send({ type: 'started', run: 'r1' }, undefined, undefined, () => process.kill(process.pid, 'SIGKILL')));`,
  leaving: `process.once('message', () => process.exit(7));`,
  deaf: `process.on('message', ({ type }) => { if (type === 'stop') process.exit(0); });`,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thalweg-process-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const request: RunRequest = { kind: 'resume', runsDirectory: 'runs', id: 'r1' };
const unnamed = { kind: 'resume', runsDirectory: 'runs' } as RunRequest;

function start(
  name: keyof typeof trainers,
  onMessage: (message: TrainerMessage) => void = () => undefined,
  what = request,
) {
  const entry = join(folder, `${name}.mjs`);
  writeFileSync(entry, trainers[name]);
  return startRun(what, { onMessage }, entry);
}

const failure = async (done: Promise<unknown>): Promise<ThalwegError> =>
  done.then(
    () => expect.unreachable('expected a failure'),
    (error: unknown) => error as ThalwegError,
  );

describe('a training process', () => {
  it('passes every message on, NaN included, before it resolves with the run', async () => {
    const messages: TrainerMessage[] = [];
    const run = await start('obedient', (message) => messages.push(message)).done;
    expect(run).toEqual({ id: 'r1', status: 'finished' });
    expect(messages.map(({ type }) => type)).toEqual(['started', 'progress', 'ended']);
    expect(messages[1]).toMatchObject({ loss: NaN });
  });

  it('resolves with an interrupted run when it was asked to stop', async () => {
    const trainer = start('obedient', (message) => message.type === 'progress' && trainer.stop(), unnamed);
    expect(await trainer.done).toMatchObject({ status: 'interrupted' });
  });

  it('rejects with the trainer’s own error and stack', async () => {
    expect(await failure(start('failing').done)).toMatchObject({
      code: 'DATA_MISSING',
      message: 'mnist: missing',
      stack: 'the stack of the trainer',
    });
  });

  it('takes an error of an unknown code for a defect', async () => {
    expect(await failure(start('strange').done)).toMatchObject({ code: 'INTERNAL', message: 'odd' });
  });

  it('names the signal that ended it and how to go on', async () => {
    expect(await failure(start('dying').done)).toMatchObject({
      code: 'TRAINER_DIED',
      message:
        'run r1: expected a result from the training process, it ended with signal SIGKILL; "thalweg resume r1" goes on from its last checkpoint',
    });
  });

  it('names the exit code of one that left before it began', async () => {
    expect(await failure(start('leaving').done)).toMatchObject({
      code: 'TRAINER_DIED',
      message: 'run r1: expected a result from the training process, it ended with exit code 7',
    });
  });

  it('is interrupted, not broken, when it was stopped before it began', async () => {
    const trainer = start('deaf');
    trainer.stop();
    expect(await failure(trainer.done)).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  });

  it('can be killed', async () => {
    const trainer = start('obedient', (message) => message.type === 'progress' && trainer.kill(), unnamed);
    expect(await failure(trainer.done)).toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringContaining('thalweg resume r1') as string,
    });
  });
});

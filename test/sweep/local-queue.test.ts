import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createLocalQueue,
  makeAll,
  requestFor,
  type QueuedRun,
  type StartedRun,
  type Task,
} from '../../src/sweep/index.ts';
import { ThalwegError } from '../../src/base/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { failureOf, programOf } from '../workers/programs.ts';
import { listening, planOf, queueHere } from './support.ts';

/** Says its process as its share, and ends as the name of the run says. */
const program = `
  process.on('disconnect', () => process.exit());
  const send = (output) => process.send(output);
  process.on('message', ({ type, request }) => {
    if (type === 'stop') return send({ type: 'failed', code: 'INTERRUPTED', message: 'stopped after a checkpoint', stack: null });
    send({ type: 'message', message: process.pid });
    if (request.id === 'waits') return;
    if (request.id === 'dies') return process.exit(7);
    send({ type: 'ended', result: undefined });
  });`;

const [planned] = planOf().runs;
const run = (id: string): QueuedRun => ({ ...planned!, id });

describe('the queue of this machine', () => {
  const queueOfTest = () => {
    const place = { runsDirectory: temporaryFolder(), dataDirectory: undefined };
    const queue = createLocalQueue({ ...place, workers: 3, threads: 1, program: programOf(program, 'queue') });
    onTestFinished(() => queue.close());
    return queue;
  };
  const begin = (queue: ReturnType<typeof queueOfTest>, id: string) => {
    let hear!: (pid: number) => void;
    const pid = new Promise<number>((resolve) => (hear = resolve));
    return { pid, ...queue.start(run(id), hear) };
  };

  it('takes as many runs at a time as it has workers, one after another in a process', async () => {
    const queue = queueOfTest();
    expect(queue.concurrency).toBe(3);
    const first = begin(queue, 'a');
    await first.done;
    const second = begin(queue, 'b');
    expect(await second.pid).toBe(await first.pid);
  });

  it('asks a run to stop, and names one whose process died', async () => {
    const queue = queueOfTest();
    const waiting = begin(queue, 'waits');
    await waiting.pid;
    waiting.stop();
    expect(await failureOf(waiting.done)).toMatchObject({ code: 'INTERRUPTED' });
    expect(await failureOf(begin(queue, 'dies').done)).toMatchObject({
      code: 'TRAINER_DIED',
      message: 'dies: expected a result from its process, it ended with exit code 7',
    });
  });

  it('begins a run with its own threads, goes on with one that is there, and says how far', async () => {
    const runsDirectory = temporaryFolder();
    const place = { runsDirectory, dataDirectory: '/data' };
    const request = requestFor({ ...planned!, until: 8 }, 3, place);
    expect(request).toMatchObject({ kind: 'execute', specification: { threads: 3 }, dataDirectory: '/data', until: 8 });
    await queueHere(runsDirectory).start({ ...planned!, until: 4 }, () => undefined).done;
    expect(requestFor(planned!, 3, place)).toEqual({
      kind: 'resume',
      runsDirectory,
      id: planned!.id,
      dataDirectory: '/data',
    });
  });
});

describe('making', () => {
  /** Tasks that end when they are told to. */
  function tasksOf(count: number) {
    const begun: string[] = [];
    const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
    const tasks = Array.from({ length: count }, (_, index): Task => {
      const id = `t${index}`;
      const start = (): StartedRun => {
        begun.push(id);
        const done = new Promise<void>((resolve, reject) => ends.set(id, { resolve, reject }));
        return { done, stop: () => ends.get(id)!.reject(new ThalwegError('INTERRUPTED', `${id}: stopped`)) };
      };
      return { id, again: false, end: 'finished', start };
    });
    return { tasks, begun, ends };
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

  it('begins the next task when one ends, never more at a time; all at once where nothing limits it', async () => {
    const { tasks, begun, ends } = tasksOf(4);
    const done = makeAll(tasks, 2, listening());
    expect(begun).toEqual(['t0', 't1']);
    ends.get('t1')!.resolve();
    await settled();
    expect(begun).toEqual(['t0', 't1', 't2']);
    ends.get('t0')!.reject(new Error('a defect'));
    await settled();
    expect(begun).toEqual(['t0', 't1', 't2', 't3']);
    ['t2', 't3'].forEach((id) => ends.get(id)!.resolve());
    await done;
    const all = tasksOf(5);
    const made = makeAll(all.tasks, Infinity, listening());
    expect(all.begun).toHaveLength(5);
    all.ends.forEach(({ resolve }) => resolve());
    await made;
  });

  it('stops what runs and begins nothing more after a failure that every task would meet', async () => {
    const { tasks, begun, ends } = tasksOf(4);
    const { messages, onMessage } = listening();
    const done = makeAll(tasks, 2, { onMessage });
    ends.get('t0')!.reject(new ThalwegError('STORE_FAILED', 'the disk is full'));
    expect(await failureOf(done)).toMatchObject({ code: 'STORE_FAILED' });
    expect(begun).toEqual(['t0', 't1']);
    expect(messages.filter(({ type }) => type === 'failed')).toEqual([]);
  });

  it('stops what runs when its signal aborts, and resolves', async () => {
    const { tasks, begun } = tasksOf(4);
    const controller = new AbortController();
    const done = makeAll(tasks, 1, { onMessage: () => undefined, signal: controller.signal });
    controller.abort();
    await done;
    expect(begun).toEqual(['t0']);
  });
});

it('a run that diverged and is asked for again ends as it did, not because its name is taken', async () => {
  const runsDirectory = temporaryFolder();
  const [diverging] = planOf({ set: { 'optimizer.learningRate': 1e30 } }).runs;
  const queue = queueHere(runsDirectory);
  const first = await failureOf(queue.start(diverging!, () => undefined).done);
  expect(first).toMatchObject({ code: 'TRAINING_DIVERGED' });
  expect(requestFor(diverging!, 1, { runsDirectory, dataDirectory: undefined }).kind).toBe('resume');
  expect(await failureOf(queue.start(diverging!, () => undefined).done)).toMatchObject({
    code: 'TRAINING_DIVERGED',
    message: first.message,
  });
});

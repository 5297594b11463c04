import { describe, expect, it } from 'vitest';
import { createRun, openRun, openRunWriter } from '../../src/store/index.ts';
import { newRun, rejectionOf, temporaryFolder } from '../store/fixtures.ts';
import { checkpointOf, clientOf, digestOf, senderOf, startHub, take, trainOn } from './hub-fixtures.ts';

const begun = (runs: string) =>
  createRun(runs, newRun({ id: 'run-1' }, { checkpoints: { every: '1 epoch', keep: 2 } }));

describe('a run that a worker sends', () => {
  it('is at the hub, while it is made and afterwards, what it is at the worker', async () => {
    const hub = await startHub();
    const runs = temporaryFolder();
    const taken = await take(clientOf(hub.address), runs);
    expect(taken.work).toBe('begin');
    const sender = senderOf(taken);
    sender.start();
    const writer = begun(runs);
    trainOn(writer, 0, 100);
    writer.log('info', 'läuft');
    checkpointOf(writer, 100);
    await sender.flush();
    const shown = openRun(hub.runs, 'run-1');
    expect(shown.file()).toEqual(openRun(runs, 'run-1').file());
    expect(shown.file().status).toBe('running');
    expect([...shown.records('batch.loss').value]).toEqual(Array.from({ length: 100 }, (_, t) => Math.sin(t) / 3));
    expect(shown.points(['train.loss']).points.get('train.loss')!.value[1]).toBe(2 ** -60);
    shown.close();
    trainOn(writer, 100, 3000);
    checkpointOf(writer, 2000);
    checkpointOf(writer, 3000);
    writer.update({ status: 'finished', iteration: 3000 });
    writer.close();
    await sender.finish();
    expect(await digestOf(hub.runs)).toEqual(await digestOf(runs));
    expect(openRun(hub.runs, 'run-1').file().status).toBe('finished');
    expect(
      openRun(hub.runs, 'run-1')
        .checkpoints()
        .map(({ iteration }) => iteration),
    ).toEqual([2000, 3000]);
    expect((await take(clientOf(hub.address), runs)).work).toBe('none');
  });

  it('is the same again after it went back to a checkpoint', async () => {
    const hub = await startHub();
    const runs = temporaryFolder();
    const sender = senderOf(await take(clientOf(hub.address), runs));
    const first = begun(runs);
    trainOn(first, 0, 300);
    checkpointOf(first, 200);
    await sender.flush();
    first.close();
    const second = openRunWriter(runs, 'run-1');
    second.rewind(200);
    trainOn(second, 200, 350);
    await sender.flush();
    expect(await digestOf(hub.runs)).toEqual(await digestOf(runs));
    expect(openRun(hub.runs, 'run-1').records('batch.loss').length).toBe(350);
    second.close();
    await sender.stop();
    expect(openRun(hub.runs, 'run-1').file().status).toBe('interrupted');
  });

  it('is refused to whoever had it before, when another has taken it', async () => {
    const hub = await startHub();
    const [runs, others] = [temporaryFolder(), temporaryFolder()];
    const first = senderOf(await take(clientOf(hub.address), runs));
    const writer = begun(runs);
    trainOn(writer, 0, 50);
    checkpointOf(writer, 40);
    await first.flush();
    const taken = await take(clientOf(hub.address), others, 'w2');
    expect(taken.work).toBe('resume');
    expect(await digestOf(others)).toEqual(await digestOf(runs));
    trainOn(writer, 50, 60);
    await senderOf(taken).flush();
    const error = await rejectionOf(first.flush());
    expect(error).toEqual({
      code: 'RUN_TAKEN_OVER',
      message: 'run run-1: expected session 2, which worker w2 on here has, got session 1',
    });
    expect((await first.refused).code).toBe('RUN_TAKEN_OVER');
    writer.close();
    expect(openRun(hub.runs, 'run-1').records('batch.loss').length).toBe(50);
    // What the first one made since is not what the hub has: it begins again from there.
    const again = await take(clientOf(hub.address), runs, 'w1');
    expect(again.work).toBe('resume');
    expect(openRun(runs, 'run-1').records('batch.loss').length).toBe(50);
  });
});

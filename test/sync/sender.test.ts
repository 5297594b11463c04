import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createRun,
  listResults,
  openRun,
  openRunWriter,
  readResult,
  resultPlace,
  writeResult,
} from '../../src/store/index.ts';
import { FileCache } from '../../src/sync/index.ts';
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

  it('has its other files there too: copies of networks, measurements and landscapes', async () => {
    const hub = await startHub();
    const runs = temporaryFolder();
    const sender = senderOf(await take(clientOf(hub.address), runs));
    const writer = createRun(runs, newRun({ id: 'run-1' }), {
      assets: [{ name: 'model.onnx', content: Uint8Array.of(1, 2, 3) }],
    });
    trainOn(writer, 0, 20);
    await sender.flush();
    expect([...readFileSync(join(hub.runs, 'run-1', 'model.onnx'))]).toEqual([1, 2, 3]);
    const { path } = resultPlace(runs, 'run-1', 'landscape', 'surface-1');
    writeResult(path, '{"loss":1}');
    writeFileSync(`${path}.1.tmp`, 'half');
    writer.update({ status: 'finished', iteration: 20 });
    writer.close();
    // What was computed at the hub stays, and is not the worker's concern.
    writeResult(resultPlace(hub.runs, 'run-1', 'measurement', 'own').path, '{"trace":2}');
    await sender.finish();
    expect(openRun(hub.runs, 'run-1').file().status).toBe('finished');
    expect(readResult(hub.runs, 'run-1', 'landscape', 'surface-1')).toBe('{"loss":1}');
    expect(readResult(hub.runs, 'run-1', 'measurement', 'own')).toBe('{"trace":2}');
    expect(listResults(hub.runs, 'run-1', 'landscape')).toHaveLength(1);
  });

  it('is not finished where one of its other files is another at the hub', async () => {
    const hub = await startHub();
    const runs = temporaryFolder();
    const sender = senderOf(await take(clientOf(hub.address), runs));
    const assets = [{ name: 'model.onnx', content: Uint8Array.of(1, 2, 3) }];
    const writer = createRun(runs, newRun({ id: 'run-1' }), { assets });
    await sender.flush();
    writeFileSync(join(hub.runs, 'run-1', 'model.onnx'), Uint8Array.of(1, 2, 4));
    writer.update({ status: 'finished' });
    writer.close();
    expect(await rejectionOf(sender.finish())).toEqual({
      code: 'COPY_DIFFERS',
      message: 'run run-1: expected the content that its worker has, got another files',
    });
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
    const cache = new FileCache(temporaryFolder(), 1e6);
    const taken = await take(clientOf(hub.address), others, 'w2', { cache });
    expect(cache.bytes).toBeGreaterThan(0);
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

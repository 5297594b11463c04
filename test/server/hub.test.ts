import * as fs from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accessFor } from '../../src/server/index.ts';
import { createRun, openRun, trashRun } from '../../src/store/index.ts';
import { newRun, rejectionOf, temporaryFolder } from '../store/fixtures.ts';
import { checkpointOf, clientOf, digestOf, senderOf, startHub, take, trainOn } from '../sync/hub-fixtures.ts';

const begun = (runs: string, changes: Parameters<typeof newRun>[0] = {}) =>
  createRun(runs, newRun({ id: 'run-1', ...changes }));

/** A run that was made, sent and closed, with its sender. */
async function sent(address: string, runs: string) {
  const sender = senderOf(await take(clientOf(address), runs));
  const writer = begun(runs);
  trainOn(writer, 0, 40);
  checkpointOf(writer, 30);
  await sender.flush();
  return { sender, writer };
}

describe('a worker that a hub refuses', () => {
  it('has another version of Thalweg', async () => {
    const hub = await startHub();
    const client = clientOf(hub.address, { version: '9.9.9' });
    expect(await rejectionOf(take(client, temporaryFolder()))).toEqual({
      code: 'VERSION_REFUSED',
      message: 'worker w1: expected Thalweg 0.1.0 as at the hub, got 9.9.9',
    });
    expect((await rejectionOf(client.describe())).message).toBe(
      `hub ${hub.address}: expected Thalweg 9.9.9 as here, got 0.1.0`,
    );
  });

  it('has another token, or none', async () => {
    const token = 'correct-horse-battery-staple';
    const hub = await startHub({ access: accessFor('0.0.0.0', token) });
    for (const given of [{}, { token: 'a-guess-that-is-long-enough' }])
      expect((await rejectionOf(clientOf(hub.address, given).describe())).code).toBe('TOKEN_REFUSED');
    expect((await clientOf(hub.address, { token }).describe()).version).toBe('0.1.0');
  });

  it('has other examples of the data set than an earlier run', async () => {
    const hub = await startHub();
    const first = temporaryFolder();
    await sent(hub.address, first);
    const second = temporaryFolder();
    const sender = senderOf(await take(clientOf(hub.address), second, 'w2', { id: 'run-2' }));
    const { data } = newRun();
    begun(second, { id: 'run-2', data: { ...data, digest: 'cd'.repeat(32) } });
    const error = await rejectionOf(sender.flush());
    expect(error).toEqual({
      code: 'DATA_INVALID',
      message:
        'run run-2: expected the examples of mnist-1d with seed 7 that run run-1 has (SHA-256 abababababab…), ' +
        'got others (cdcdcdcdcdcd…); compare the data files of the two machines',
    });
    expect((await sender.refused).code).toBe('DATA_INVALID');
    // Another seed draws other examples.
    const third = senderOf(await take(clientOf(hub.address), second, 'w2', { id: 'run-3' }));
    createRun(second, newRun({ id: 'run-3', data: { ...data, digest: 'cd'.repeat(32) } }, { seed: 8 }));
    await third.flush();
  });

  it('makes a run of another definition, or one whose name is taken there or here', async () => {
    const hub = await startHub();
    const runs = temporaryFolder();
    await sent(hub.address, runs);
    const others = temporaryFolder();
    expect(await rejectionOf(take(clientOf(hub.address), others, 'w2', { definition: 'd2' }))).toEqual({
      code: 'RUN_EXISTS',
      message:
        'run run-1: expected no other run of that name at the hub, got one that was made from another definition',
    });
    createRun(hub.runs, newRun({ id: 'mine' })).close();
    expect((await rejectionOf(take(clientOf(hub.address), others, 'w2', { id: 'mine' }))).message).toContain(
      'got one that no worker made',
    );
    createRun(others, newRun({ id: 'here' })).close();
    expect((await rejectionOf(take(clientOf(hub.address), others, 'w2', { id: 'here' }))).message).toContain(
      'got one of somebody else',
    );
    expect(openRun(others, 'here').file().id).toBe('here');
  });

  it('asks a server that is no hub, or nobody', async () => {
    const hub = await startHub({ hub: undefined as never });
    expect((await rejectionOf(clientOf(hub.address).describe())).message).toContain('got a server without --hub');
    const problems: string[] = [];
    const client = clientOf('http://127.0.0.1:9');
    const options = {
      signal: AbortSignal.timeout(700),
      onProblem: (problem: Error | null) => problems.push(problem?.message ?? ''),
    };
    expect((await rejectionOf(client.describe(options))).code).toBe('INTERRUPTED');
    expect(problems[0]).toContain('hub http://127.0.0.1:9: could not be reached: ');
    expect(() => clientOf('host:4173')).toThrow(/hub: expected an address/);
  });
});

describe('a hub', () => {
  it('whose disk is full says so, loses nothing that it acknowledged, and goes on when there is room', async () => {
    const runs = temporaryFolder();
    const hubRuns = temporaryFolder();
    const full = await startHub({ runs: hubRuns, hub: { replica: { pageLimit: 40 } } });
    const client = clientOf(full.address);
    const sender = senderOf(await take(client, runs));
    const writer = begun(runs);
    trainOn(writer, 0, 3000);
    const flushed = sender.flush();
    await expect.poll(() => sender.state.problem?.code, { timeout: 10_000 }).toBe('STORE_FAILED');
    expect(sender.state.problem!.message).toContain('database or disk is full');
    const { seq } = sender.state.acknowledged;
    await full.close();
    const shown = openRun(hubRuns, 'run-1');
    expect(shown.newestSeq()).toBe(seq);
    shown.close();
    await startHub({ runs: hubRuns, port: Number(new URL(full.address).port) });
    await flushed;
    expect((await digestOf(hubRuns)).metrics).toBe((await digestOf(runs)).metrics);
    await sender.stop();
    writer.close();
  });

  it('whose disk is full for a checkpoint keeps the one before, and takes it later', async () => {
    const runs = temporaryFolder();
    let isFull = false;
    const openFile = async (path: string) => {
      if (isFull) throw new Error('ENOSPC: no space left on device, open');
      return fs.promises.open(path, 'w');
    };
    const hub = await startHub({ hub: { openFile } });
    const { sender, writer } = await sent(hub.address, runs);
    isFull = true;
    checkpointOf(writer, 40);
    const flushed = sender.flush();
    await expect.poll(() => sender.state.problem?.code, { timeout: 5000 }).toBe('STORE_FAILED');
    expect(
      openRun(hub.runs, 'run-1')
        .checkpoints()
        .map(({ iteration }) => iteration),
    ).toEqual([30]);
    isFull = false;
    await flushed;
    expect(await digestOf(hub.runs)).toEqual(await digestOf(runs));
    await sender.stop();
    writer.close();
  });

  it('shows a run as running while its worker lives, and as interrupted when it gave no sign for a while', async () => {
    const hub = await startHub({ hub: { lease: 400 } });
    const { sender, writer } = await sent(hub.address, temporaryFolder());
    expect(openRun(hub.runs, 'run-1').file().status).toBe('running');
    expect(() => trashRun(hub.runs, 'run-1')).toThrow(/expected no other writer/);
    await expect.poll(() => openRun(hub.runs, 'run-1').file().status, { timeout: 5000 }).toBe('interrupted');
    // It was only slow: the next thing that it sends is taken.
    trainOn(writer, 40, 45);
    await sender.flush();
    expect(openRun(hub.runs, 'run-1').file().status).toBe('running');
    await sender.stop();
    writer.close();
  });

  it('ends a run only when its copy is equal, and says which part is not', async () => {
    const hub = await startHub();
    const runs = temporaryFolder();
    const { sender, writer } = await sent(hub.address, runs);
    writer.update({ status: 'finished', iteration: 40 });
    writer.close();
    await sender.flush();
    expect(openRun(hub.runs, 'run-1').file().status).toBe('running');
    fs.appendFileSync(join(hub.runs, 'run-1', 'log.jsonl'), 'x');
    fs.writeFileSync(join(hub.runs, 'run-1', 'checkpoints', '0000000030.safetensors'), 'x');
    expect(await rejectionOf(sender.finish())).toEqual({
      code: 'COPY_DIFFERS',
      message: 'run run-1: expected the content that its worker has, got another log, checkpoints',
    });
    expect(openRun(hub.runs, 'run-1').file().status).not.toBe('finished');
  });

  it('hears twice that a run has ended, where the first answer was lost', async () => {
    const hub = await startHub();
    const runs = temporaryFolder();
    const { sender, writer } = await sent(hub.address, runs);
    writer.update({ status: 'finished', iteration: 40 });
    writer.close();
    await sender.finish();
    const file = fs.readFileSync(join(runs, 'run-1', 'run.json'), 'utf8');
    const again = clientOf(hub.address).finish(
      { id: 'run-1', session: 1 },
      { file, names: [], digest: await digestOf(runs) },
    );
    await expect(again).resolves.toBeUndefined();
    expect((await rejectionOf(clientOf(hub.address).alive({ id: 'run-1', session: 1 }))).code).toBe('RUN_STATE');
    expect(fs.readFileSync(join(hub.runs, 'run-1', 'run.json'), 'utf8')).toBe(file);
  });

  it('takes nothing of a request that is damaged, or out of turn', async () => {
    const hub = await startHub();
    const { sender, writer } = await sent(hub.address, temporaryFolder());
    await sender.stop();
    const before = await digestOf(hub.runs);
    const ask = async (
      path: string,
      body: string | Uint8Array<ArrayBuffer>,
      type = 'application/octet-stream',
      method = 'POST',
    ) => {
      const url = `${hub.address}/api/hub/runs/${path}`;
      const response = await fetch(url, { method, body, headers: { 'content-type': type } });
      return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
    };
    expect(await ask('run-1/records?session=1', 'nonsense')).toEqual([400, 'BATCH_INVALID']);
    expect(await ask('run-1/records?session=1', '{}', 'application/json')).toEqual([400, 'BATCH_INVALID']);
    expect(await ask('run-1/records', 'x')).toEqual([400, 'USAGE']);
    expect(await ask('run-1/records?session=1', new Uint8Array(2_000_000))).toEqual([413, 'USAGE']);
    expect(await ask('run-1/file?session=1', '{"id":"run-1"}', undefined, 'PUT')).toEqual([422, 'RUN_INVALID']);
    expect(await ask('run-1/log?session=7&from=0', 'x')).toEqual([409, 'RUN_TAKEN_OVER']);
    expect(await ask('other/log?session=1&from=0', 'x')).toEqual([409, 'RUN_TAKEN_OVER']);
    const size = `session=1&bytes=5&sha256=${createHash('sha256').update('right').digest('hex')}`;
    expect(await ask(`run-1/checkpoints/9?${size}`, 'wrong', undefined, 'PUT')).toEqual([422, 'CHECKPOINT_INVALID']);
    const stale = size.replace('session=1', 'session=0');
    expect(await ask(`run-1/checkpoints/9?${stale}`, 'right', undefined, 'PUT')).toEqual([409, 'RUN_TAKEN_OVER']);
    const huge = `session=1&bytes=${2 ** 40}&sha256=${'ab'.repeat(32)}`;
    expect(await ask(`run-1/checkpoints/9?${huge}`, 'x', undefined, 'PUT')).toEqual([400, 'BATCH_INVALID']);
    for (const name of ['model.onnx', 'landscapes/a.json'])
      expect(await ask(`run-1/files?${size}&name=${name}`, 'wrong', undefined, 'PUT')).toEqual([422, 'RUN_INVALID']);
    const outside = [
      'run.json',
      '../a.json',
      'landscapes/../run.json',
      'checkpoints/1',
      'metrics.db-wal',
      '.hidden',
      'a/b',
    ];
    for (const name of outside) {
      const query = `${size}&name=${encodeURIComponent(name)}`;
      expect(await ask(`run-1/files?${query}`, 'right', undefined, 'PUT')).toEqual([400, 'BATCH_INVALID']);
    }
    const claim = {
      version: '0.1.0',
      definition: 'd1',
      worker: { id: 'w', host: 'h', pid: 1 },
      holds: null,
      folder: randomUUID(),
    };
    expect(await ask('..%2Frun-1/claim', JSON.stringify(claim), 'application/json')).toEqual([404, 'RUN_NOT_FOUND']);
    expect(await digestOf(hub.runs)).toEqual(before);
    writer.close();
  });
});

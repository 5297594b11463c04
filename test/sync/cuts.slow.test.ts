import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { createRun, openRun, openRunWriter } from '../../src/store/index.ts';
import { newRun, temporaryFolder } from '../store/fixtures.ts';
import { checkpointOf, clientOf, digestOf, senderOf, startHub, take, trainOn } from './hub-fixtures.ts';

/**
 * A wire to `address` that breaks: so many connections end after a random number of bytes in one direction or the other, in the
 * middle of a request or of its answer; some keep silent instead.
 */
async function badWire(
  address: string,
  breaks: number,
): Promise<{ readonly address: string; readonly broken: () => number }> {
  const random = randomStream(5, 'wire');
  const target = Number(new URL(address).port);
  let broken = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    let left = broken < breaks ? 200 + random.integer(70_000) : Infinity;
    const isSilent = random.uniform() < 0.2;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.on('data', (piece: Buffer) => {
        if (left <= 0) return;
        left -= piece.length;
        to.write(left < 0 ? piece.subarray(0, left) : piece);
        if (left > 0) return;
        broken++;
        if (isSilent) return;
        near.resetAndDestroy();
        far.resetAndDestroy();
      });
    }
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, broken: () => broken };
}

describe('a run that is sent over a wire that breaks', () => {
  it('is at the hub as it is at the worker', async () => {
    const hub = await startHub();
    const wire = await badWire(hub.address, 15);
    const runs = temporaryFolder();
    const client = clientOf(wire.address, { patience: 700 });
    const sender = senderOf(await take(client, runs));
    sender.start();
    const first = createRun(runs, newRun({ id: 'run-1' }, { checkpoints: { every: '1 epoch', keep: 2 } }));
    for (let t = 0; t < 600; t += 100) {
      trainOn(first, t, t + 100);
      first.log('info', `at iteration ${t}: ${'x'.repeat(5000)}`);
      checkpointOf(first, t + 100);
      await sender.flush();
    }
    first.close();
    const second = openRunWriter(runs, 'run-1');
    second.rewind(500);
    trainOn(second, 500, 700);
    checkpointOf(second, 700);
    second.update({ status: 'finished', iteration: 700 });
    second.close();
    await sender.finish();
    expect(wire.broken()).toBeGreaterThan(2);
    expect(await digestOf(hub.runs)).toEqual(await digestOf(runs));
    expect(openRun(hub.runs, 'run-1').file().status).toBe('finished');
    // The whole of it comes back over the same wire.
    const again = temporaryFolder();
    expect((await take(client, again, 'w2')).work).toBe('none');
  });
});

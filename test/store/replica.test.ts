import * as fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkpointPath,
  contentDigest,
  createReplica,
  createRun,
  FileDigests,
  hasCheckpoint,
  HistoryReader,
  openReplica,
  openRun,
  closeReplica,
  receiveCheckpoint,
  type HistoryPage,
  type ReplicaOptions,
  type ReplicaWriter,
  type RunWriter,
} from '../../src/store/index.ts';
import { forAllAsync } from '../support/property.ts';
import { errorOf, newRun, record, rejectionOf, temporaryFolder } from './fixtures.ts';

const metrics = (runs: string): string => join(runs, 'r', 'metrics.db');
const text = (runs: string): string => fs.readFileSync(join(runs, 'r', 'run.json'), 'utf8');
const digestOf = (runs: string) => contentDigest(join(runs, 'r'), new FileDigests());

/** A run, and a copy of it that has only its run file. */
function pair(options?: ReplicaOptions): { from: string; to: string; writer: RunWriter; replica: ReplicaWriter } {
  const [from, to] = [temporaryFolder(), temporaryFolder()];
  const writer = createRun(from, newRun({ id: 'r' }));
  return { from, to, writer, replica: createReplica(to, 'r', text(from), options) };
}

/** Records as a training makes them: the same for the same iteration. */
function train(writer: RunWriter, from: number, to: number): void {
  for (let t = from; t < to; t++)
    writer.append([
      record('batch.loss', t, t % 5 === 0 ? NaN : 2 ** -(t % 70), { standardError: t % 2 ? null : NaN }),
      record('interpolation.loss', t, -t / 3, { coordinate: 2 ** -55, examples: t }),
    ]);
  writer.flush({ iteration: to, seconds: to / 7 });
}

/** Applies pages of at most `limit` records until there are no more. */
function copy(runs: string, replica: ReplicaWriter, limit = 100): void {
  const reader = new HistoryReader(metrics(runs));
  for (let isLast = false; !isLast;) {
    const page = reader.page(replica.position, limit);
    expect(replica.apply(page)).toBe(true);
    ({ isLast } = page);
  }
  reader.close();
}

describe('a copy of a run', () => {
  it('has the same content, however its pages are cut, with rewinds among them', async () => {
    for (const limit of [1, 7, 10_000]) {
      const { from, to, writer, replica } = pair();
      train(writer, 0, 30);
      copy(from, replica, limit);
      writer.rewind(20);
      writer.rewind(12);
      train(writer, 12, 40);
      writer.log('info', 'ein Wort');
      copy(from, replica, limit);
      replica.appendLog(0, fs.readFileSync(join(from, 'r', 'log.jsonl')));
      closeReplica(replica);
      writer.close();
      expect(await digestOf(to)).toEqual(await digestOf(from));
      expect(openRun(to, 'r').points(['batch.loss'])).toEqual(openRun(from, 'r').points(['batch.loss']));
    }
  });

  it('takes each page once, whatever is sent again, late, or never arrives', async () => {
    const steps = fc.array(
      fc.oneof(
        {
          weight: 3,
          arbitrary: fc.record({ kind: fc.constant('train' as const), updates: fc.integer({ min: 1, max: 9 }) }),
        },
        {
          weight: 1,
          arbitrary: fc.record({ kind: fc.constant('rewind' as const), by: fc.integer({ min: 0, max: 9 }) }),
        },
        {
          weight: 4,
          arbitrary: fc.record({ kind: fc.constant('send' as const), limit: fc.integer({ min: 1, max: 15 }) }),
        },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), which: fc.nat(30) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
      ),
      { maxLength: 25 },
    );
    await forAllAsync(
      steps,
      async (todo) => {
        const { from, to, writer, replica: first } = pair();
        let [replica, iteration] = [first, 0];
        const sent: HistoryPage[] = [];
        for (const step of todo) {
          if (step.kind === 'train') train(writer, iteration, (iteration += step.updates));
          else if (step.kind === 'rewind') writer.rewind((iteration = Math.max(0, iteration - step.by)));
          else if (step.kind === 'again' && sent.length > 0) {
            const page = sent[step.which % sent.length]!;
            const before = replica.position;
            if (page.from !== page.to) expect(replica.apply(page)).toBe(before.seq === page.from);
          } else if (step.kind === 'restart') {
            closeReplica(replica);
            replica = openReplica(to, 'r');
          } else if (step.kind === 'send') {
            const reader = new HistoryReader(metrics(from));
            const page = reader.page(replica.position, step.limit);
            reader.close();
            sent.push(page);
            replica.apply(page);
          }
        }
        copy(from, replica);
        closeReplica(replica);
        writer.close();
        expect((await digestOf(to)).metrics).toBe((await digestOf(from)).metrics);
      },
      25,
    );
  });

  it('keeps what it has, and takes the same page later, when its disk is full', async () => {
    const { from, to, writer, replica } = pair({ pageLimit: 20 });
    train(writer, 0, 2000);
    const error = errorOf(() => copy(from, replica, 500));
    expect(error.code).toBe('STORE_FAILED');
    expect(error.message).toContain('database or disk is full');
    const { seq } = replica.position;
    expect(errorOf(() => copy(from, replica, 500)).code).toBe('STORE_FAILED');
    expect(replica.position.seq).toBe(seq);
    closeReplica(replica);
    const roomy = openReplica(to, 'r');
    expect(roomy.position.seq).toBe(seq);
    copy(from, roomy, 500);
    closeReplica(roomy);
    writer.close();
    expect((await digestOf(to)).metrics).toBe((await digestOf(from)).metrics);
  });

  it('keeps its run file when the disk is full, and leaves no folder where there was none', () => {
    const { from, to, replica } = pair();
    const full = () => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    };
    const other = temporaryFolder();
    const files = { ...fs, writeSync: full };
    expect(errorOf(() => createReplica(other, 'r', text(from), { files })).code).toBe('STORE_FAILED');
    expect(fs.readdirSync(other)).toEqual([]);
    closeReplica(replica);
    const again = openReplica(to, 'r', { files });
    expect(errorOf(() => again.writeFile('{}')).code).toBe('STORE_FAILED');
    closeReplica(again);
    expect(text(to)).toBe(text(from));
  });

  it('is begun, or gone on with, after any call of the disk at which its process died', () => {
    const { from, replica } = pair();
    closeReplica(replica);
    const calls = ['openSync', 'writeSync', 'fsyncSync', 'closeSync', 'renameSync'] as const;
    /** The system's calls, of which the nth and all behind it fail: what a killed process would have done is not done. */
    const until = (n: number): { files: typeof fs; made: () => number } => {
      let made = 0;
      const failing = Object.fromEntries(
        calls.map((name) => [
          name,
          (...values: unknown[]): unknown => {
            if (++made > n && name !== 'closeSync') throw new Error('the process died');
            return (fs[name] as (...values: unknown[]) => unknown)(...values);
          },
        ]),
      );
      return { files: { ...fs, ...failing }, made: () => made };
    };
    const later = text(from).replace('"iteration": 0', '"iteration": 3');
    for (let [n, isWhole] = [0, false]; !isWhole; n++) {
      const runs = temporaryFolder();
      const first = until(n);
      try {
        closeReplica(createReplica(runs, 'r', text(from), { files: first.files }));
      } catch {
        expect(fs.existsSync(join(runs, 'r'))).toBe(false);
        closeReplica(createReplica(runs, 'r', text(from)));
      }
      const second = until(n);
      const writer = openReplica(runs, 'r', { files: second.files });
      try {
        writer.writeFile(later);
        isWhole = first.made() <= n && second.made() <= n;
      } catch {
        expect([text(from), later]).toContain(text(runs));
      }
      closeReplica(writer);
      const again = openReplica(runs, 'r');
      again.writeFile(later);
      closeReplica(again);
      expect(text(runs)).toBe(later);
      expect(fs.readdirSync(join(runs, 'r')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
  });

  it('takes a piece of the log where it ends, and no other', () => {
    const { to, replica } = pair();
    expect(replica.appendLog(0, Buffer.from('{"a":1}\n'))).toBe(true);
    expect(replica.appendLog(0, Buffer.from('{"a":1}\n'))).toBe(false);
    expect(replica.appendLog(20, Buffer.from('later'))).toBe(false);
    expect(replica.appendLog(8, Buffer.from('{"b'))).toBe(true);
    closeReplica(replica);
    const again = openReplica(to, 'r');
    expect(again.position.log).toBe(11);
    expect(again.appendLog(11, Buffer.from('":2}\n'))).toBe(true);
    closeReplica(again);
    expect(fs.readFileSync(join(to, 'r', 'log.jsonl'), 'utf8')).toBe('{"a":1}\n{"b":2}\n');
  });

  it('shows as running while it is open, and as interrupted afterwards', () => {
    const { to, replica } = pair();
    expect(openRun(to, 'r').file().status).toBe('running');
    expect(errorOf(() => openReplica(to, 'r')).code).toBe('RUN_STATE');
    closeReplica(replica);
    expect(openRun(to, 'r').file().status).toBe('interrupted');
  });

  it('is refused with the run file of another run, or with none', () => {
    const runs = temporaryFolder();
    const { from } = pair();
    expect(errorOf(() => createReplica(runs, 'other', text(from)))).toEqual({
      code: 'RUN_INVALID',
      message: 'run other: expected run.json of that run, got that of r',
    });
    expect(errorOf(() => createReplica(runs, 'r', '{')).code).toBe('RUN_INVALID');
    expect(errorOf(() => createReplica(runs, '../r', '{}')).code).toBe('RUN_NOT_FOUND');
    expect(fs.readdirSync(runs)).toEqual([]);
  });
});

describe('a checkpoint from elsewhere', () => {
  const content = Buffer.from('a checkpoint of some bytes');
  const identity = {
    iteration: 7,
    bytes: content.length,
    sha256: '84ef48cf6cb4f8c6bcf6a4c9d7e9ee0e13c6a7b7f9b8b9ce7c9b5ac4f9c7a6c1',
  };
  async function* pieces(...parts: Buffer[]): AsyncGenerator<Buffer> {
    yield* parts;
  }
  async function identityOf(): Promise<typeof identity> {
    const { createHash } = await import('node:crypto');
    return { ...identity, sha256: createHash('sha256').update(content).digest('hex') };
  }

  it('lies there whole, and is known again', async () => {
    const { to, replica } = pair();
    const folder = join(to, 'r');
    const whole = await identityOf();
    const order: string[] = [];
    const options = {
      digests: new FileDigests(),
      beforePlacing: () => void order.push('settled'),
      onPiece: () => void order.push('piece'),
    };
    expect(await hasCheckpoint(folder, whole, options.digests)).toBe(false);
    await receiveCheckpoint(folder, whole, pieces(content.subarray(0, 5), content.subarray(5)), options);
    expect(order).toEqual(['piece', 'piece', 'settled']);
    expect(fs.readFileSync(checkpointPath(folder, 7))).toEqual(content);
    expect(await hasCheckpoint(folder, whole, new FileDigests())).toBe(true);
    expect(await hasCheckpoint(folder, { ...whole, sha256: identity.sha256 }, new FileDigests())).toBe(false);
    closeReplica(replica);
  });

  it('is refused when it is other than announced, cut off, or the disk is full; what was there stays', async () => {
    const { to, replica } = pair();
    const folder = join(to, 'r');
    const whole = await identityOf();
    const digests = new FileDigests();
    await receiveCheckpoint(folder, whole, pieces(content), { digests });
    const failing = async (given: AsyncIterable<Buffer>, options = {}) =>
      (await rejectionOf(receiveCheckpoint(folder, whole, given, { digests, ...options }))).code;
    expect(await failing(pieces(content.subarray(1)))).toBe('CHECKPOINT_INVALID');
    expect(await failing(pieces(content, content))).toBe('CHECKPOINT_INVALID');
    expect(await failing(pieces(Buffer.from(content).fill(0)))).toBe('CHECKPOINT_INVALID');
    const openFile = async () => ({
      write: () => Promise.reject(new Error('ENOSPC: no space left on device, write')),
      sync: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
    expect(await failing(pieces(content), { openFile })).toBe('STORE_FAILED');
    async function* cut(): AsyncGenerator<Buffer> {
      yield content.subarray(0, 3);
      throw new Error('the connection ended');
    }
    await expect(receiveCheckpoint(folder, whole, cut(), { digests })).rejects.toThrow('the connection ended');
    expect(fs.readdirSync(join(folder, 'checkpoints'))).toEqual(['0000000007.safetensors']);
    expect(fs.readFileSync(checkpointPath(folder, 7))).toEqual(content);
    closeReplica(replica);
  });

  it('is removed before records are withdrawn that it stands on', () => {
    const { from, to, writer, replica } = pair();
    train(writer, 0, 30);
    copy(from, replica);
    const folder = join(to, 'r');
    for (const iteration of [10, 20, 30]) fs.writeFileSync(checkpointPath(folder, iteration), 'x');
    writer.rewind(20);
    copy(from, replica);
    expect(fs.readdirSync(join(folder, 'checkpoints'))).toEqual(['0000000010.safetensors', '0000000020.safetensors']);
    closeReplica(replica);
    writer.close();
  });
});

describe('the digest of a run', () => {
  it('is another for each part that is', async () => {
    const { from, writer, replica } = pair();
    train(writer, 0, 10);
    writer.log('info', 'one');
    const before = await digestOf(from);
    writer.append([record('batch.loss', 10, 1)]);
    writer.flush();
    const metricsChanged = await digestOf(from);
    expect({ ...metricsChanged, metrics: before.metrics }).toEqual(before);
    expect(metricsChanged.metrics).not.toBe(before.metrics);
    writer.flush({ iteration: 10, seconds: 99 });
    expect((await digestOf(from)).metrics).not.toBe(metricsChanged.metrics);
    writer.log('info', 'two');
    expect((await digestOf(from)).log).not.toBe(before.log);
    fs.writeFileSync(checkpointPath(join(from, 'r'), 3), 'x');
    expect((await digestOf(from)).checkpoints).not.toBe(before.checkpoints);
    writer.update({ iteration: 3 });
    expect((await digestOf(from)).file).not.toBe(before.file);
    closeReplica(replica);
    writer.close();
  });
});

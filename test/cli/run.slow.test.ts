import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openRun } from '../../src/store/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { program, data, reached, requireProgram, runFile, start, thalweg, values } from './program.ts';

beforeAll(requireProgram);

/** A short walk with a checkpoint every ten updates. */
const walk = [
  'run',
  'quickstart',
  '--scale',
  'smoke',
  '--set',
  'duration=200 iterations',
  '--set',
  'checkpoints.every=10 iterations',
];

describe('thalweg run', () => {
  it(
    'trains the MNIST study at smoke scale within two minutes and prints its document',
    { timeout: 240_000 },
    async () => {
      const runs = temporaryFolder();
      const began = performance.now();
      const { code, stdout, stderr } = await thalweg(
        'run',
        'walk-mlp-mnist',
        '--scale',
        'smoke',
        '--data',
        data,
        '--runs',
        runs,
        '--seed',
        '1',
        '--json',
      );
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect((performance.now() - began) / 1000).toBeLessThan(120);
      const document = JSON.parse(stdout) as Record<string, number>;
      expect(document).toMatchObject({
        study: 'walk-mlp-mnist',
        seed: 1,
        iterations: 40,
        interpolated: 40,
        status: 'finished',
      });
      expect(document['trainLoss']).toBeLessThan(1.5);
      expect(document['testAccuracy']).toBeGreaterThan(0.6);
      expect(document['meanHeight']).toBeGreaterThan(0);
      expect(document['distance']).toBeGreaterThan(0);
      expect(Number.isInteger(document['barriers'])).toBe(true);
    },
  );

  it('descends by the full batch with optimizer.name=gd', async () => {
    const runs = temporaryFolder();
    const { code, stdout } = await thalweg(
      'run',
      'quickstart',
      '--scale',
      'smoke',
      '--set',
      'optimizer.name=gd',
      '--set',
      'duration=20 iterations',
      '--runs',
      runs,
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ iterations: 20, epochs: 20, interpolated: 20 });
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const runs = temporaryFolder();
    for (const [id, seed] of [
      ['a', '3'],
      ['b', '3'],
      ['c', '4'],
    ] as const) {
      expect(
        (await thalweg('run', 'quickstart', '--scale', 'smoke', '--seed', seed, '--runs', runs, '--id', id)).code,
      ).toBe(0);
    }
    expect(values(runs, 'b')).toEqual(values(runs, 'a'));
    expect(values(runs, 'c')['batch.loss']).not.toEqual(values(runs, 'a')['batch.loss']);
  });

  it('names missing data, where it looked and the command that brings it', async () => {
    const empty = temporaryFolder();
    const { code, stdout, stderr } = await thalweg(
      'run',
      'walk-mlp-mnist',
      '--scale',
      'smoke',
      '--data',
      empty,
      '--runs',
      empty,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^thalweg: mnist: missing .*\nhint: .*\n$/);
    expect(stderr).toContain(`thalweg data fetch mnist --data ${empty}`);
  });
});

describe('an interrupted run', () => {
  it('ends with 130 after a checkpoint, and resumes to the numbers of one that was not interrupted', async () => {
    const runs = temporaryFolder();
    expect((await thalweg(...walk, '--runs', runs, '--id', 'whole')).code).toBe(0);

    const first = start(...walk, '--runs', runs, '--id', 'parted');
    await reached(runs, 'parted', 30);
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
    expect(first.output.stdout).toContain(`thalweg resume parted --runs ${runs}`);
    const interrupted = runFile(runs, 'parted');
    expect(interrupted.status).toBe('interrupted');
    expect(interrupted.iteration).toBeLessThan(200);

    const second = await thalweg('resume', 'parted', '--runs', runs, '--json');
    expect(second.code).toBe(0);
    expect(values(runs, 'parted')).toEqual(values(runs, 'whole'));
  });

  it('is checkpointed by its trainer alone when the process that started it is killed', async () => {
    const runs = temporaryFolder();
    expect((await thalweg(...walk, '--runs', runs, '--id', 'whole')).code).toBe(0);
    const first = start(...walk, '--runs', runs, '--id', 'killed');
    await reached(runs, 'killed', 30);
    first.child.kill('SIGKILL');
    await first.ended;
    await expect.poll(() => openRun(runs, 'killed').file().status, { timeout: 20_000 }).toBe('interrupted');
    await expect
      .poll(async () => (await thalweg('resume', 'killed', '--runs', runs)).code, { timeout: 60_000 })
      .toBe(0);
    expect(values(runs, 'killed')).toEqual(values(runs, 'whole'));
  });

  it('goes on from its last checkpoint when its trainer is killed', async () => {
    const runs = temporaryFolder();
    expect((await thalweg(...walk, '--runs', runs, '--id', 'whole')).code).toBe(0);
    const first = start(...walk, '--runs', runs, '--id', 'killed');
    await reached(runs, 'killed', 30);
    const lock = JSON.parse(readFileSync(join(runs, 'killed', 'lock'), 'utf8')) as { holder: { pid: number } };
    process.kill(lock.holder.pid, 'SIGKILL');
    expect((await first.ended).code).toBe(1);
    expect(first.output.stderr).toMatch(
      /^thalweg: run killed: .* signal SIGKILL; "thalweg resume killed" goes on .*\nhint: .*\n$/,
    );
    expect((await thalweg('resume', 'killed', '--runs', runs)).code).toBe(0);
    expect(values(runs, 'killed')).toEqual(values(runs, 'whole'));
  });
});

describe('--serve', () => {
  it('answers while it trains and after, until a signal', async () => {
    const runs = temporaryFolder();
    const { child, output, ended } = start(...walk, '--runs', runs, '--id', 'served', '--serve', '--port', '0');
    await expect.poll(() => output.stdout, { timeout: 60_000 }).toMatch(/http:\S+\/runs\/served/);
    const [page] = /http:\S+\/runs\/served/.exec(output.stdout)!;
    expect((await fetch(new URL('/api/runs', page))).status).toBe(200);
    await expect.poll(() => output.stdout, { timeout: 60_000 }).toContain('until Ctrl-C');
    expect((await fetch(new URL('/api/runs', page))).status).toBe(200);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });
});

describe('start-up', () => {
  it('of `thalweg list` loads neither the runtime, nor the server, nor the figures', async () => {
    const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const child = spawn(process.execPath, [program, 'list', '--runs', temporaryFolder()], {
        env: { ...process.env, NODE_DEBUG: 'esm' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.once('close', (code) => resolve({ code, stderr: text }));
    });
    expect(code).toBe(0);
    expect(stderr).toContain('commander');
    for (const heavy of ['onnxruntime', 'fastify', '@observablehq', '@resvg'])
      expect(stderr).not.toContain(`node_modules/${heavy}`);
  });
});

import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../store/fixtures.ts';
import { reached, requireProgram, runFile, start, thalweg, values } from './program.ts';

beforeAll(requireProgram);

/** A short walk with a checkpoint every ten updates. */
const walk = ['quickstart', '--scale', 'smoke', '--set', 'checkpoints.every=10 iterations', '--set'];
const checkpoint = (runs: string, id: string, iteration: number): string =>
  join(runs, id, 'checkpoints', `${String(iteration).padStart(10, '0')}.safetensors`);

const flipBit = (path: string): void => {
  const bytes = readFileSync(path);
  bytes[bytes.length - 100]! ^= 4;
  writeFileSync(path, bytes);
};

describe('thalweg resume', () => {
  it('passes over checkpoints that are damaged, says so, and ends as a run that was not stopped', async () => {
    const runs = temporaryFolder();
    const duration = 'duration=400 iterations';
    const stopped = start('run', ...walk, duration, '--runs', runs, '--id', 'stopped');
    await reached(runs, 'stopped', 50);
    stopped.child.kill('SIGINT');
    expect((await stopped.ended).code).toBe(130);
    const { iteration } = runFile(runs, 'stopped');
    expect(iteration).toBeLessThan(400);
    const before = Math.floor((iteration - 1) / 10) * 10;
    flipBit(checkpoint(runs, 'stopped', iteration));
    truncateSync(checkpoint(runs, 'stopped', before), 3000);
    const { code, stdout } = await thalweg('resume', 'stopped', '--runs', runs);
    expect(code).toBe(0);
    expect(stdout).toContain(`warn: checkpoint passed over: ${checkpoint(runs, 'stopped', iteration)}`);
    expect(stdout).toMatch(/passed over: .*: the file is damaged$/m);
    expect(stdout).toMatch(/passed over: .*: the file is truncated$/m);
    expect(stdout).toContain(`run stopped: on from iteration ${before - 10} of 400`);
    await thalweg('run', ...walk, duration, '--runs', runs, '--id', 'whole');
    expect(values(runs, 'stopped')).toEqual(values(runs, 'whole'));
    const last = (id: string) => readFileSync(checkpoint(runs, id, 400)).toString('base64');
    expect(last('stopped') === last('whole')).toBe(true);
  });
});

describe('thalweg fork', () => {
  it('trains on from an iteration with other values, and shows both parts as one run', async () => {
    const runs = temporaryFolder();
    await thalweg('run', ...walk, 'duration=60 iterations', '--runs', runs, '--id', 'parent');
    const changes = ['--set', 'optimizer.learningRate=0.01', '--set', 'duration=70 iterations'];
    const { code, stdout, stderr } = await thalweg(
      ...['fork', 'parent', '--at', '44', ...changes, '--runs', runs, '--id', 'child', '--json'],
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('iterations 40 to 44 of parent are made again');
    expect(JSON.parse(stdout)).toMatchObject({
      run: 'child',
      status: 'finished',
      iterations: 70,
      parent: { run: 'parent', iteration: 44 },
    });
    const [parent, child] = [values(runs, 'parent')['batch.loss']!, values(runs, 'child')['batch.loss']!];
    expect(child).toHaveLength(70);
    expect(child.slice(0, 45)).toEqual(parent.slice(0, 45));
    expect(child.slice(45, 60)).not.toEqual(parent.slice(45, 60));

    expect((await thalweg('show', 'child', '--runs', runs)).stdout).toMatch(/^parent +parent, up to iteration 44$/m);
    expect((await thalweg('list', '--runs', runs, '--json')).stdout).toContain('"parent": {');
    const exported = await thalweg('export', 'child', '--format', 'csv', '--out', '-', '--runs', runs);
    expect(exported.stdout.split('\n').filter((line) => line.startsWith('batch.loss,'))).toHaveLength(70);

    rmSync(join(runs, 'parent'), { recursive: true });
    const orphan = await thalweg('export', 'child', '--format', 'csv', '--out', '-', '--runs', runs);
    expect(orphan.code).toBe(1);
    expect(orphan.stderr).toContain('thalweg: run child: expected the records before iteration 44 in run parent');
    const own = await thalweg('export', 'child', '--format', 'csv', '--out', '-', '--own', '--runs', runs);
    expect(own.stdout.split('\n').filter((line) => line.startsWith('batch.loss,'))).toHaveLength(26);
    const shown = await thalweg('show', 'child', '--runs', runs);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^problem +run child: expected the records before iteration 44 in run parent/m);
  });
});

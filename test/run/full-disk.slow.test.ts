import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkpointBytes, execute, fileAndLog, recordsOf, resume, runsFolder, smallRun, valuesOf } from './support.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
beforeAll(() => {
  expect(existsSync(program), 'dist/cli/main.js is missing: npm run build makes it').toBe(true);
});

const total = 400;
const specification = smallRun({
  duration: `${total} iterations`,
  evaluate: '50 iterations',
  checkpoints: { every: '20 iterations', keep: 2 },
  probes: [{ kind: 'interpolation', points: 41 }, { kind: 'distance' }],
});

/** The command line in a process that may write no file larger than `kibibytes`: writing more fails, as on a full disk. */
function runLimited(kibibytes: number, argv: readonly string[]) {
  const script = `ulimit -f ${kibibytes}; exec "$@"`;
  const result = spawnSync('bash', ['-c', script, 'bash', process.execPath, program, ...argv], { encoding: 'utf8' });
  return { code: result.status, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
}

describe('a run on a disk that fills up', () => {
  it('fails with one line, keeps what was recorded readable, and goes on when there is room', async () => {
    const runs = runsFolder();
    const path = join(runs, 'small.json');
    writeFileSync(path, JSON.stringify(specification));
    const limited = runLimited(400, ['run', path, '--runs', runs, '--no-serve', '--json']);
    expect(limited, limited.stderr).toMatchObject({ code: 1, signal: null });
    const complaints = limited.stderr.split('\n').filter((line) => line.startsWith('thalweg: '));
    expect(complaints).toEqual([expect.stringMatching(/metrics\.db: could not be written: /)]);
    expect(limited.stderr).not.toMatch(/^\s+at /m);
    expect(JSON.parse(limited.stdout)).toMatchObject({ error: { code: 'STORE_FAILED' } });

    const id = 'mnist-1d-mlp-sgd-s1-1';
    const { file, checkpoints } = fileAndLog(runs, id);
    expect(file).toMatchObject({ status: 'failed', error: { code: 'STORE_FAILED' } });
    const recorded = valuesOf(runs, 'batch.loss', id);
    expect(recorded.length).toBeGreaterThan(10);
    expect(recorded.length).toBeLessThan(total);
    expect(recorded.length).toBeGreaterThanOrEqual(checkpoints.at(-1)!);

    expect(await resume(runs, id)).toMatchObject({ status: 'finished', error: null });
    await execute(specification, runs, 'whole');
    expect(valuesOf(runs, 'batch.loss', 'whole').slice(0, recorded.length)).toEqual(recorded);
    expect(recordsOf(runs, id)).toEqual(recordsOf(runs, 'whole'));
    expect(checkpointBytes(runs, total, id) === checkpointBytes(runs, total, 'whole')).toBe(true);
  });

  it('that has no room for a checkpoint fails by its name', () => {
    const runs = runsFolder();
    const path = join(runs, 'large.json');
    const large = { ...specification, model: { name: 'mlp', hidden: [1024] }, probes: [] };
    writeFileSync(path, JSON.stringify(large));
    const limited = runLimited(150, ['run', path, '--runs', runs, '--no-serve']);
    expect(limited, limited.stderr).toMatchObject({ code: 1, signal: null });
    expect(limited.stderr).toMatch(/^thalweg: .*0000000020\.safetensors: could not be written: .*$/m);
    const { file, checkpoints } = fileAndLog(runs, 'mnist-1d-mlp-sgd-s1-1');
    expect(file).toMatchObject({ status: 'failed', iteration: 20 });
    expect(checkpoints).toEqual([]);
    expect(valuesOf(runs, 'batch.loss', 'mnist-1d-mlp-sgd-s1-1')).toHaveLength(20);
  });
});

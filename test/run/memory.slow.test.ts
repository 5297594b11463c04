import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runsFolder, smallRun } from './support.ts';

const entry = new URL('../../dist/run/index.js', import.meta.url);

/** Trains in a process that can collect garbage on demand, and prints its memory early and at the end, in MiB. */
const script = `
  const { executeRun } = await import(process.argv[1]);
  const [runsDirectory, specification] = [process.argv[2], JSON.parse(process.argv[3])];
  const memory = () => (global.gc(), global.gc(), process.memoryUsage().rss / 2 ** 20);
  let early;
  const onMessage = (message) => {
    if (message.type === 'progress' && message.iteration >= 1000) early ??= memory();
  };
  const run = await executeRun({ specification, runsDirectory }, { onMessage, signal: new AbortController().signal });
  console.log(JSON.stringify({ status: run.status, iteration: run.iteration, early, late: memory() }));`;

it('ten thousand updates, measured along the way, do not make a process grow', () => {
  expect(existsSync(entry), 'dist/run/index.js is missing: npm run build makes it').toBe(true);
  const specification = smallRun({
    model: { name: 'mlp', hidden: [64, 64] },
    duration: '10000 iterations',
    evaluate: '200 iterations',
    checkpoints: { every: '500 iterations', keep: 2 },
    probes: [{ kind: 'interpolation', points: 4, iterations: 2 }, { kind: 'gradient-cosine' }, { kind: 'distance' }],
  });
  const argv = [fileURLToPath(entry), runsFolder(), JSON.stringify(specification)];
  const child = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script, ...argv], {
    encoding: 'utf8',
  });
  expect(child.status, child.stderr).toBe(0);
  const { status, iteration, early, late } = JSON.parse(child.stdout) as Record<string, number>;
  expect([status, iteration]).toEqual(['finished', 10_000]);
  expect(late! - early!, `${early} MiB after 1,000 updates, ${late} MiB after 10,000`).toBeLessThan(30);
});

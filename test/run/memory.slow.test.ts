import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Specification, SpecificationInput } from '../../src/contract/index.ts';
import { runsFolder, smallRun } from './support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = join(root, 'dist/run/index.js');
const data = process.env['THALWEG_DATA'] ?? join(root, '../shared/data');

/**
 * Trains in a process that can collect garbage on demand, and prints its resident memory, garbage apart, after 1,000
 * updates and after the last one, when all that training holds is still there; and its peak. The peak is read from
 * `/proc`: `maxRSS` would have that of the parent in it, which Linux hands down.
 */
const script = `
  import { readFileSync } from 'node:fs';
  const { executeRun } = await import(process.argv[1]);
  const [runsDirectory, dataDirectory, specification] = [process.argv[2], process.argv[3], JSON.parse(process.argv[4])];
  const resident = () => (global.gc(), global.gc(), process.memoryUsage().rss / 1e6);
  let early, late;
  const onMessage = (message) => {
    if (message.type !== 'progress' || message.activity === 'evaluating') return;
    if (message.iteration >= 1000) early ??= resident();
    if (message.iteration === message.totalIterations) late = resident();
  };
  const hooks = { onMessage, signal: new AbortController().signal };
  const { status, iteration } = await executeRun({ specification, runsDirectory, dataDirectory }, hooks);
  const peak = Number(/VmHWM:\\s*(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024 / 1e6;
  console.log(JSON.stringify({ status, iteration, early, late, peak }));`;

/** Megabytes (10⁶ bytes). */
interface Memory {
  readonly early?: number;
  readonly late: number;
  readonly peak: number;
}

/** Trains `specification` to its end in a process of its own; leaves what it measured in `test-output/`. */
async function memoryOf(name: string, specification: Specification): Promise<Memory> {
  expect(existsSync(entry), 'dist/run/index.js is missing: npm run build makes it').toBe(true);
  const argv = ['--expose-gc', '--input-type=module', '-e', script, entry, runsFolder(), data];
  const { stdout } = await promisify(execFile)(process.execPath, [...argv, JSON.stringify(specification)]);
  const { status, iteration, ...memory } = JSON.parse(stdout) as Memory & { status: string; iteration: number };
  expect({ status, iteration }).toEqual({ status: 'finished', iteration: parseInt(specification.duration) });
  mkdirSync(join(root, 'test-output'), { recursive: true });
  writeFileSync(join(root, 'test-output', `memory-${name}.json`), `${JSON.stringify(memory, null, 2)}\n`);
  return memory;
}

/** A run of `iterations` updates, evaluated at both ends and without probes unless `changes` say so. */
const training = (iterations: number, changes: Partial<SpecificationInput>): Specification =>
  smallRun({
    duration: `${iterations} iterations`,
    evaluate: `${iterations} iterations`,
    checkpoints: { every: `${iterations} iterations` },
    probes: [],
    ...changes,
  });

describe('memory of training', () => {
  it('of VGG-11 at batch 100 stays within 2.5 GB', async () => {
    expect(existsSync(data), `CIFAR-10 is read from $THALWEG_DATA or ${data}`).toBe(true);
    const specification = training(4, {
      data: { name: 'cifar-10', source: 'binary', examples: 400, testExamples: 100 },
      model: { name: 'vgg11' },
      optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 100 },
      threads: 2,
    });
    const { peak } = await memoryOf('vgg11', specification);
    // Less than this, and something else was measured: θ_t, θ_{t+1} and the inputs of all layers are 0.3 GB alone.
    expect(peak).toBeGreaterThan(300);
    expect(peak, `peak of ${peak} MB`).toBeLessThan(2500);
  });

  // A batch of 4 makes updates cheap: it is their number that leaks would add up over.
  it('of LeNet grows by less than 50 MB over 10,000 updates', async () => {
    expect(existsSync(data), `MNIST is read from $THALWEG_DATA or ${data}`).toBe(true);
    const specification = training(10_000, {
      data: { name: 'mnist', examples: 1000, testExamples: 500 },
      model: { name: 'lenet' },
      optimizer: { name: 'sgd', learningRate: 0.02, batchSize: 4 },
    });
    const { early, late } = await memoryOf('lenet', specification);
    expect(late - early!, `${early} MB after 1,000 updates, ${late} MB after 10,000`).toBeLessThan(50);
  });

  it('of a small network that is interpolated, evaluated and kept along the way does not grow over 10,000 updates', async () => {
    const specification = training(10_000, {
      model: { name: 'mlp', hidden: [64, 64] },
      evaluate: '200 iterations',
      checkpoints: { every: '500 iterations', keep: 2 },
      probes: [{ kind: 'interpolation', points: 4, iterations: 2 }, { kind: 'gradient-cosine' }, { kind: 'distance' }],
    });
    const { early, late } = await memoryOf('walk', specification);
    expect(late - early!, `${early} MB after 1,000 updates, ${late} MB after 10,000`).toBeLessThan(30);
  });
});

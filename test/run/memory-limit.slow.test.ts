import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, randomStream, sizeOf } from '../../src/base/index.ts';
import { writeSafetensors } from '../../src/store/index.ts';
import { parseSpecification, resolveQuantities } from '../../src/studies/index.ts';
import { runsFolder } from './support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = join(root, 'dist/run/point/index.js');
const transformer = resolve(import.meta.dirname, '../goldens/onnx/vision-transformer.onnx');

/** Measures in a process of its own, and prints the most memory that was resident, bytes (`VmHWM`: `maxRSS` has the parent's in it). */
const script = `
  import { readFileSync } from 'node:fs';
  const { measurePoint } = await import(process.argv[1]);
  const { quantities } = await measurePoint(JSON.parse(process.argv[2]));
  const kilobytes = Number(/VmHWM:\\s*(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  console.log(JSON.stringify({ peak: 1024 * kilobytes, measured: quantities.length }));`;

/** A file of random examples of a shape. */
function examplesOf(shape: readonly number[], classes: number, count: number): string {
  const path = join(runsFolder(), 'data.safetensors');
  const stream = randomStream(1, 'inputs');
  const inputs = Float32Array.from({ length: count * sizeOf(shape) }, () => stream.normal());
  const labels = BigInt64Array.from({ length: count }, (_, index) => BigInt(index % classes));
  const tensors = { x: hostTensor('float32', [count, ...shape], inputs), y: hostTensor('int64', [count], labels) };
  writeSafetensors(path, { tensors, metadata: {} });
  return path;
}

/** Peak of resident memory, MB, of measuring quantities of a model on all of the examples. */
async function peakOf(model: object, path: string, names: readonly string[], sets: readonly string[], memory?: number) {
  const data = { name: 'arrays', path, testShare: 0, normalise: false };
  const input = { model, data, optimizer: { name: 'gd' }, duration: '1 iterations', threads: 2 };
  const specification = parseSpecification(input, 'test');
  const quantities = resolveQuantities({ names, sets, examples: 'all' });
  const request = { specification, quantities, examples: 'all', ...(memory && { memory: memory * 1e6 }) };
  const argv = ['--input-type=module', '-e', script, entry, JSON.stringify(request)];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  const { peak, measured } = JSON.parse(stdout) as { peak: number; measured: number };
  expect(measured).toBeGreaterThan(0);
  return peak / 1e6;
}

/** Coefficients of the estimate are in src/run/memory.ts. On Linux alone: only there the peak of a process is its own. */
describe.runIf(process.platform === 'linux')('--memory is a bound of resident memory', () => {
  beforeAll(() => expect(existsSync(entry), `${entry} is missing: npm run build makes it`).toBe(true));

  it('for a convolutional network', async () => {
    const path = examplesOf([3, 32, 32], 10, 24);
    const model = { name: 'cnn' };
    const limited = await peakOf(model, path, ['hessian-trace', 'exact-per-example-trace'], ['maxProducts=4'], 500);
    expect(limited, `${limited} MB`).toBeLessThan(500);
  });

  it('for many parameters, whose leading eigenvalues keep a basis of forty vectors', async () => {
    const path = examplesOf([40], 10, 20);
    const model = { name: 'mlp', hidden: [600, 600] };
    const sets = ['tolerance=0.0000001', 'hessian-spectrum.maxProducts=45'];
    const peak = await peakOf(model, path, ['hessian-spectrum'], sets, 440);
    expect(peak, `${peak} MB`).toBeLessThan(440);
    await expect(peakOf(model, path, ['hessian-spectrum'], sets, 400)).rejects.toThrow(
      /--memory: expected at least 4\d\d MB/,
    );
  });

  it('for a transformer from a file', async () => {
    const path = examplesOf([3, 8, 8], 5, 100);
    const peak = await peakOf(
      { name: 'onnx', file: transformer },
      path,
      ['hessian-top', 'hessian-trace'],
      ['maxProducts=4'],
      320,
    );
    expect(peak, `${peak} MB`).toBeLessThan(320);
  });
});

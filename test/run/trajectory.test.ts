import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArrays, type FileArray } from '../../src/arrays/index.ts';
import { hostTensor, type HostTensor } from '../../src/base/index.ts';
import { forkRun, importRun, measureRun, type ImportRequest } from '../../src/run/index.ts';
import { listCheckpoints, openRun, readCheckpoint, writeSafetensors } from '../../src/store/index.ts';
import { exchange, golden, onExchange } from './exchange.ts';
import { failureOf, hooks, recordsOf, runsFolder } from './support.ts';

const probes = [{ kind: 'interpolation' }, { kind: 'gradient-cosine' }, { kind: 'distance' }] as const;
const specification = onExchange({ probes: [...probes] });

/** Imports a folder of the goldens as run `r`. */
const imported = (runsDirectory: string, folder: string, change: Partial<ImportRequest> = {}) =>
  importRun({ folder: join(exchange, folder), specification, runsDirectory, id: 'r', ...change }, hooks());

const { trajectory } = golden;
const close = (values: Iterable<number>, expected: readonly number[]): void => {
  const found = [...values];
  expect(found).toHaveLength(expected.length);
  found.forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThan(2e-6));
};

/** An array of a file as one of a checkpoint. */
const hostArray = ({ type, shape, data }: FileArray): HostTensor =>
  type === 'int64'
    ? hostTensor('int64', shape, BigInt64Array.from(data as BigInt64Array))
    : hostTensor('float32', shape, Float32Array.from(data as Float32Array));

describe('a trajectory from PyTorch', () => {
  it('becomes a finished run with the losses, cosines and distances that PyTorch computes', async () => {
    const runs = runsFolder();
    const run = await imported(runs, 'trajectory');
    expect(run).toMatchObject({
      status: 'finished',
      iteration: 6,
      totalIterations: 6,
      iterationsPerEpoch: 3,
      origin: { kind: 'imported', folder: 'trajectory', steps: [0, 1, 2, 3, 4, 5, 6], gradients: 'given' },
    });
    expect(run.specification.initial?.sha256).toMatch(/^[0-9a-f]{64}$/);
    const records = recordsOf(runs);
    close(records['interpolation.loss']!.value, trajectory.segments.flat());
    close(records['gradient.cosine']!.value, trajectory.gradientCosines);
    close(records['gradient.norm']!.value, trajectory.gradientNorms);
    close(records['parameters.distance']!.value, trajectory.distances);
    close(records['batch.loss']!.value, trajectory.batchLosses);
    close(records['train.loss']!.value.slice(-1), [trajectory.segments.at(-1)!.at(-1)!]);
    expect(run.summary?.interpolated).toBe(6);
    expect(listCheckpoints(join(runs, 'r')).map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('with the examples of its batches has the gradients and losses that PyTorch computed on them', async () => {
    const runs = runsFolder();
    const folder = join(runs, 'indices');
    mkdirSync(folder);
    const given: Record<string, FileArray>[] = [];
    for (const name of readdirSync(join(exchange, 'trajectory')).sort()) {
      const arrays = await readArrays(name, join(exchange, 'trajectory', name));
      given.push(arrays);
      const kept = Object.entries(arrays).filter(([key]) => !key.startsWith('batch:gradient:') && key !== 'batch:loss');
      const tensors = Object.fromEntries(kept.map(([key, array]) => [key, hostArray(array)]));
      writeSafetensors(join(folder, name.replace('.npz', '.safetensors')), { tensors, metadata: {} });
    }
    const run = await imported(runs, '', { folder });
    expect(run.origin).toMatchObject({ gradients: 'computed' });
    const records = recordsOf(runs);
    close(records['gradient.cosine']!.value, trajectory.gradientCosines);
    close(records['gradient.norm']!.value, trajectory.gradientNorms);
    close(records['batch.loss']!.value, trajectory.batchLosses);
    // A checkpoint has the gradient of the update before it.
    const checkpoints = listCheckpoints(join(runs, 'r'));
    expect(checkpoints).toHaveLength(6);
    for (const { iteration, path } of checkpoints) {
      const { tensors } = readCheckpoint(path);
      const names = Object.keys(tensors).filter((name) => name.startsWith('gradient:'));
      expect(names).toHaveLength(4);
      for (const name of names)
        close(tensors[name]!.data as Float32Array, [...(given[iteration - 1]![`batch:${name}`]!.data as Float32Array)]);
    }
  });

  it('without gradients has the cosines of its steps, and neither norms of gradients nor losses of batches', async () => {
    const runs = runsFolder();
    const run = await imported(runs, 'plain');
    expect(run.origin).toMatchObject({ steps: [0, 5, 10, 15, 20, 25, 30], gradients: 'steps' });
    // Three batches an epoch, a checkpoint every five steps: less than one an epoch.
    expect(run.iterationsPerEpoch).toBe(1);
    const records = recordsOf(runs);
    close(records['gradient.cosine']!.value, trajectory.stepCosines);
    expect(Object.keys(records)).not.toContain('gradient.norm');
    expect(Object.keys(records)).not.toContain('batch.loss');
    close(records['interpolation.loss']!.value, trajectory.segments.flat());
  });

  it('can be measured and trained on from any of its checkpoints, after the folder is gone', async () => {
    const runs = runsFolder();
    const folder = join(runs, 'from');
    cpSync(join(exchange, 'plain'), folder, { recursive: true });
    await imported(runs, '', { folder, specification: onExchange() });
    rmSync(folder, { recursive: true });
    const quantities = [{ kind: 'hessian-spectrum', batchNorm: 'batch', k: 1, mostNegative: false }] as const;
    const [quantity] = quantities.map((options) => ({ ...options, tolerance: 1e-3, maxProducts: 50 }));
    const at0 = await measureRun({ runsDirectory: runs, id: 'r', at: 0, quantities: [quantity!] });
    expect(at0.report.quantities[0]!.value).toBeGreaterThan(0);
    const fork = await forkRun(
      {
        runsDirectory: runs,
        parent: 'r',
        at: 3,
        specification: { ...openRun(runs, 'r').file().specification, ...change() },
        id: 'f',
      },
      hooks(),
    );
    expect(fork).toMatchObject({ status: 'finished', iteration: 5, parent: { run: 'r', iteration: 3 }, origin: null });
    const { iteration, value } = recordsOf(runs, 'f')['train.loss']!;
    close([value[iteration.indexOf(3)]!], [trajectory.segments[3]![0]!]);
  });

  it('is refused where it is none, or of another model', async () => {
    const runs = runsFolder();
    const refused = async (folder: string, change: Partial<ImportRequest> = {}) =>
      (await failureOf(imported(runs, folder, change))).message;
    expect(await refused('nowhere')).toContain('import: cannot read');
    const empty = join(runs, 'empty');
    mkdirSync(empty);
    expect(await refused('', { folder: empty })).toMatch(/expected two checkpoints or more .* got 0/);
    const other = onExchange({ model: { name: 'mlp', hidden: [11] } });
    expect(await refused('plain', { specification: other })).toMatch(
      /^weights .*epoch0\.safetensors: expected the tensors of model mlp, got of another shape or type: 1\.weight \(float32\[10,8\] in the file/,
    );
    const twice = join(runs, 'twice');
    cpSync(join(exchange, 'plain'), twice, { recursive: true });
    cpSync(join(twice, 'epoch5.safetensors'), join(twice, 'again5.safetensors'));
    expect(await refused('', { folder: twice })).toContain('expected each step once in');
    rmSync(join(twice, 'again5.safetensors'));
    writeFileSync(join(twice, 'epoch15.safetensors'), 'damaged');
    expect(await refused('', { folder: twice })).toContain('epoch15.safetensors: expected at least 8 bytes');
    const batches = onExchange({ probes: [{ kind: 'alpha' }] });
    expect(await refused('plain', { specification: batches })).toContain('got "alpha"');
  });
});

/** What the fork changes: a rule without memory, and where it ends. */
const change = () => ({
  optimizer: { ...onExchange({ optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 20 } }).optimizer },
  duration: '5 iterations',
});

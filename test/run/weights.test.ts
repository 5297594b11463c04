import { copyFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModel, measureRun } from '../../src/run/index.ts';
import { readCheckpoint, writeSafetensors } from '../../src/store/index.ts';
import { hostTensor } from '../../src/base/index.ts';
import { exchange, golden, onExchange } from './exchange.ts';
import { checkpointPath, execute, failureOf, hooks, recordsOf, resume, runsFolder } from './support.ts';

const fc6 = { name: 'fc6', units: 6 } as const;
const examples = { inputShape: [8], classes: 3, name: 'arrays' };
const from = (weights: string, change: object = {}) =>
  onExchange({ model: fc6, initial: { weights: join(exchange, weights) }, duration: '2 iterations', ...change });
const notesOf = async (weights: string, change: object = {}) =>
  (await loadModel(from(weights, change), examples, {})).notes;

describe('weights of PyTorch', () => {
  it('fill a model of the zoo by name, running statistics included', async () => {
    const runs = runsFolder();
    const run = await execute(from('fc6.safetensors'), runs);
    expect(Math.abs(recordsOf(runs)['train.loss']!.value[0]! - golden.weights.loss)).toBeLessThan(2e-6);
    expect(run.specification.initial?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of half width, under the names of a wrapper, are widened, and the report says so', async () => {
    const notes = await notesOf('fc6-half.npz');
    expect(notes[0]).toMatch(/fc6-half\.npz: 27 tensors, named without "module\."$/);
    expect(notes[1]).toMatch(/converted to float32: 1\.weight \(float16\), .* and 22 more$/);
    const runs = runsFolder();
    await execute(from('fc6-half.npz'), runs);
    expect(Math.abs(recordsOf(runs)['train.loss']!.value[0]! - golden.weights.halfLoss)).toBeLessThan(2e-6);
  });

  it('stay with the run: it is measured and resumed from its own copy, and another file is refused', async () => {
    const runs = runsFolder();
    const file = join(runs, 'w.safetensors');
    copyFileSync(join(exchange, 'fc6.safetensors'), file);
    const specification = onExchange({ model: fc6, initial: { weights: file } });
    await execute(specification, runs, 'r', hooks(2));
    rmSync(file);
    const ended = await resume(runs);
    expect(ended.status).toBe('finished');
    await execute({ ...specification, initial: { ...from('fc6.safetensors').initial! } }, runs, 'whole');
    expect(recordsOf(runs)['batch.loss']).toEqual(recordsOf(runs, 'whole')['batch.loss']);
    const quantities = [{ kind: 'margins', batchNorm: 'running', bins: 5 }] as const;
    const measured = await measureRun({ runsDirectory: runs, id: 'r', at: 0, quantities });
    expect(measured.report.quantities.length).toBeGreaterThan(0);
    const other = { ...from('fc6-half.npz').initial!, sha256: ended.specification.initial!.sha256! };
    const failure = await failureOf(execute({ ...specification, initial: other }, runs, 'x'));
    expect(failure.message).toMatch(/^initial\.weights: expected the file with SHA-256 .*, got another/);
  });

  it('that do not match are refused with every difference, and may be partial when that is asked for', async () => {
    const mlp = { model: { name: 'mlp', hidden: [10] } };
    const failure = await failureOf(loadModel(from('fc6.safetensors', mlp), examples, {}));
    expect(failure).toMatchObject({ code: 'WEIGHTS_INVALID' });
    expect(failure.message).toMatch(
      /: expected the tensors of model mlp, got missing: 1\.bias, 3\.weight, 3\.bias; unexpected: .* and \d+ more; of another shape or type: 1\.weight \(float32\[6,8\] in the file, float32\[10,8\] in the model\)$/,
    );
    const folder = runsFolder();
    const file = join(folder, 'part.safetensors');
    const bias = hostTensor('float32', [10], new Float32Array(10).fill(0.25));
    writeSafetensors(file, { tensors: { '1.bias': bias }, metadata: {} });
    const initial = { weights: file, partial: true };
    const { model, notes } = await loadModel(onExchange({ initial }), examples, {});
    expect(notes.at(-1)).toMatch(/: missing: 1\.weight, 3\.weight, 3\.bias$/);
    const start = model.parameters.find(({ name }) => name === '1.bias')!;
    const stream = { normal: () => 0 } as never;
    expect(start.initialise(start.shape, stream).data).toEqual(bias.data);
    expect((await failureOf(loadModel(onExchange({ model: fc6, initial }), examples, {}))).message).toContain(
      'expected any tensor of model fc6',
    );
    const bad = hostTensor('float32', [10], new Float32Array(10).fill(NaN));
    writeSafetensors(file, { tensors: { '1.bias': bad }, metadata: {} });
    expect((await failureOf(loadModel(onExchange({ initial }), examples, {}))).message).toMatch(
      /part\.safetensors: expected finite numbers in 1\.bias, got NaN at element 0$/,
    );
  });
});

const python = '/usr/bin/python3';
const hasTorch = (() => {
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('a checkpoint of Thalweg', () => {
  const file = join(exchange, 'thalweg.safetensors');

  it('as PyTorch has loaded it gives the loss that PyTorch computes', async () => {
    const { tensors } = readCheckpoint(file);
    // With what training goes on from, which the five lines leave out.
    expect(Object.keys(tensors).some((name) => name.startsWith('slot:'))).toBe(true);
    const runs = runsFolder();
    await execute(onExchange({ initial: { weights: file }, duration: '1 iterations' }), runs);
    expect(Math.abs(recordsOf(runs)['train.loss']!.value[0]! - golden.thalweg.loss)).toBeLessThan(2e-6);
  });

  it('is written today as it was when PyTorch loaded it', async () => {
    const runs = runsFolder();
    await execute(onExchange(), runs);
    const [now, then] = [readCheckpoint(checkpointPath(runs, 4)), readCheckpoint(file)];
    const types = (content: typeof now) =>
      Object.entries(content.tensors).map(([name, { dtype, shape }]) => [name, dtype, shape]);
    expect(types(now)).toEqual(types(then));
    for (const [name, { data }] of Object.entries(now.tensors))
      (data as Float32Array).forEach((value, index) =>
        expect(value).toBeCloseTo(Number(then.tensors[name]!.data[index]), 4),
      );
  });

  it.skipIf(!hasTorch)('is loaded by the five lines of docs/pytorch.md', { timeout: 60_000 }, () => {
    const script = resolve(import.meta.dirname, '../../tools/goldens/exchange.py');
    const printed = JSON.parse(execFileSync(python, [script, file], { encoding: 'utf8' })) as { loss: number };
    expect(Math.abs(printed.loss - golden.thalweg.loss)).toBeLessThan(1e-9);
  });
});

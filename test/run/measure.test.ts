import { copyFileSync, cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  encodeMeasurements,
  measurementDocumentSchema,
  quantitySchema,
  type QuantityOf,
} from '../../src/contract/index.ts';
import { measureRun, type MeasureHooks, type MeasureRequest } from '../../src/run/index.ts';
import { openRun } from '../../src/store/index.ts';
import {
  checkpointBytes,
  checkpointPath,
  execute,
  failureOf,
  fileAndLog,
  hooks,
  recordsOf,
  resume,
  runsFolder,
  smallRun,
} from './support.ts';

const options = { kind: 'hessian-spectrum', examples: 60, k: 2 } as const;
const spectrum = quantitySchema.parse(options) as QuantityOf<'hessian-spectrum'>;
/** Checkpoints at 4, 8 and 10. */
const measured = smallRun({
  duration: '10 iterations',
  checkpoints: { every: '4 iterations', keep: 3 },
  probes: [{ ...options, every: '4 iterations' }],
});

const made = mkdtempSync(join(tmpdir(), 'thalweg-measured-'));
beforeAll(() => execute(measured, made));
afterAll(() => rmSync(made, { recursive: true, force: true }));

/** A folder with a run of that specification, `r`. */
function finishedRun(): string {
  const runs = runsFolder();
  cpSync(made, runs, { recursive: true });
  return runs;
}

const measure = (runsDirectory: string, request: Partial<MeasureRequest> = {}, with_: MeasureHooks = {}) =>
  measureRun({ runsDirectory, id: 'r', at: 'last', quantities: [spectrum], ...request }, with_);

/** Series, coordinate and value of what a run recorded at an iteration. */
function recordedAt(runs: string, iteration: number): unknown[] {
  return Object.entries(recordsOf(runs))
    .filter(([name]) => name.startsWith('hessian.'))
    .flatMap(([name, { iteration: iterations, coordinate, value, examples }]) =>
      [...iterations].flatMap((at, row) =>
        at === iteration ? [[name, coordinate[row], value[row], examples[row]]] : [],
      ),
    );
}

describe('measuring at a checkpoint', () => {
  it('gives the bits that a probe recorded there, at every checkpoint and of an older one by its iteration', async () => {
    const runs = finishedRun();
    for (const at of [4, 8, 10, 'last'] as const) {
      const { report } = await measure(runs, { at });
      expect(report).toMatchObject({ run: 'r', iteration: at === 'last' ? 10 : at });
      const values = report.quantities.map(({ name, coordinate = NaN, value, examples }) => [
        name,
        coordinate,
        value,
        examples ?? NaN,
      ]);
      expect(values).toEqual(recordedAt(runs, report.iteration));
    }
  });

  it('gives those of the initial point too, which has no checkpoint', async () => {
    const runs = finishedRun();
    const { report } = await measure(runs, { at: 0 });
    expect(report.iteration).toBe(0);
    const values = report.quantities.map(({ name, coordinate = NaN, value, examples }) => [
      name,
      coordinate,
      value,
      examples ?? NaN,
    ]);
    expect(values).toEqual(recordedAt(runs, 0));
  });

  it('begins where the start of the run began, whichever it was', async () => {
    const runs = runsFolder();
    await execute(
      smallRun({ start: 2, duration: '1 iteration', probes: [{ ...options, every: '1 iteration' }] }),
      runs,
    );
    const { report } = await measure(runs, { at: 0 });
    const sharpness = report.quantities.find(({ name }) => name === 'hessian.sharpness')!;
    expect(sharpness.value).toBe(recordsOf(runs)['hessian.sharpness']!.value[0]);
  });

  it('takes the running statistics of batch normalisation from the checkpoint too', async () => {
    const runs = runsFolder();
    const network = { name: 'fc6', units: 8 } as const;
    const probe = { ...options, examples: 100, batchNorm: 'running' } as const;
    await execute(
      smallRun({ model: network, duration: '3 iterations', probes: [{ ...probe, every: '1 epoch' }] }),
      runs,
    );
    const { report } = await measure(runs, { quantities: [quantitySchema.parse(probe)] });
    const sharpness = report.quantities.find(({ name }) => name === 'hessian.sharpness')!;
    expect(sharpness.value).toBe(recordsOf(runs)['hessian.sharpness']!.value.at(-1));
  });

  it('says what it cost, and reports each product', async () => {
    const runs = finishedRun();
    const heard: number[] = [];
    const { report, tensors } = await measure(runs, {}, { onProgress: ({ products }) => void heard.push(products) });
    const [first] = report.quantities;
    expect(first).toMatchObject({ quantity: 'hessian-spectrum', converged: true, standardError: null });
    expect(first!.products).toBeGreaterThan(2);
    expect(first!.seconds).toBeGreaterThan(0);
    expect(heard[0]).toBe(0);
    expect(heard.length).toBeGreaterThan(1);
    expect(tensors).toEqual({});
    expect(measurementDocumentSchema.parse(encodeMeasurements(report)).quantities).toHaveLength(
      report.quantities.length,
    );
  });

  it('gives vectors when they are asked for', async () => {
    const runs = finishedRun();
    const { tensors } = await measure(runs, { tensors: true });
    expect(Object.keys(tensors)).toEqual(['hessian.eigenvector.1', 'hessian.eigenvector.2']);
    expect(tensors['hessian.eigenvector.1']!.shape).toEqual([fileAndLog(runs).file.parameters]);
  });

  it('changes nothing in the run', async () => {
    const runs = finishedRun();
    const before = [fileAndLog(runs), recordsOf(runs), checkpointBytes(runs, 10)];
    await measure(runs);
    expect([fileAndLog(runs), recordsOf(runs), checkpointBytes(runs, 10)]).toEqual(before);
  });

  it('is possible in a run that was interrupted, which then goes on as if nothing had happened', async () => {
    const runs = runsFolder();
    await execute(measured, runs, 'r', hooks(6));
    expect((await measure(runs)).report.iteration).toBe(6);
    await resume(runs);
    expect(recordsOf(runs)).toEqual(recordsOf(made));
  });
});

describe('measuring refuses', () => {
  it('an iteration without a checkpoint, and names the nearest that have one', async () => {
    const runs = finishedRun();
    const between = await failureOf(measure(runs, { at: 5 }));
    expect(between).toMatchObject({ code: 'RUN_STATE', exitCode: 2 });
    expect(between.message).toBe('run r: expected an iteration with a checkpoint, got 5; the nearest are 4 and 8');
    const beyond = await failureOf(measure(runs, { at: 11 }));
    expect(beyond.message).toBe('run r: expected an iteration with a checkpoint, got 11; the nearest is 10');
    for (const { path } of openRun(runs, 'r').checkpoints()) rmSync(path);
    expect((await failureOf(measure(runs))).message).toBe(
      'run r: expected a checkpoint to measure at, got a run without',
    );
  });

  it('a checkpoint that is damaged, or that belongs to another model', async () => {
    const runs = finishedRun();
    await execute(
      smallRun({ duration: '10 iterations', model: { name: 'mlp', hidden: [8] }, probes: [] }),
      runs,
      'other',
    );
    copyFileSync(checkpointPath(runs, 10, 'other'), checkpointPath(runs, 10));
    const foreign = await failureOf(measure(runs));
    expect(foreign.code).toBe('CHECKPOINT_INVALID');
    expect(foreign.message).toContain('expected tensor "');
    truncateSync(checkpointPath(runs, 8), 1000);
    expect((await failureOf(measure(runs, { at: 8 }))).code).toBe('CHECKPOINT_INVALID');
  });

  it('more eigenvalues than parameters, more examples than there are, and a run that there is not', async () => {
    const runs = finishedRun();
    const many = await failureOf(measure(runs, { quantities: [{ ...spectrum, k: 1000 }] }));
    expect(many).toMatchObject({ code: 'SPECIFICATION_INVALID', exitCode: 2 });
    expect(many.message).toContain('expected k of at most');
    const examples = await failureOf(measure(runs, { quantities: [{ ...spectrum, examples: 401 }] }));
    expect(examples.code).toBe('SPECIFICATION_INVALID');
    expect((await failureOf(measure(runs, { id: 'nothing' }))).code).toBe('RUN_NOT_FOUND');
  });

  it('to go on after it was stopped', async () => {
    const runs = finishedRun();
    const controller = new AbortController();
    const onProgress: NonNullable<MeasureHooks['onProgress']> = ({ products }) => {
      if (products > 0) controller.abort();
    };
    const error = await failureOf(measure(runs, {}, { signal: controller.signal, onProgress }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  });
});

import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  keptMeasurementSchema,
  landscapeDocumentSchema,
  quantitySchema,
  type QuantitySpecification,
} from '../../src/contract/index.ts';
import { evaluationOrder } from '../../src/data/index.ts';
import { measureRun, settleJob, startJob, type JobMessage, type JobRequest } from '../../src/run/index.ts';
import { performJob } from '../../src/run/job/perform.ts';
import { listResults, readResult } from '../../src/store/index.ts';
import { execute, runsFolder, smallRun } from './support.ts';

const traces = quantitySchema.parse({ kind: 'per-example-hessian-trace', examples: 30 });

/** Checkpoints at 4, 8 and 10. */
const specification = smallRun({
  duration: '10 iterations',
  checkpoints: { every: '4 iterations', keep: 3 },
  probes: [],
});

const made = mkdtempSync(join(tmpdir(), 'thalweg-jobs-'));
beforeAll(() => execute(specification, made));
afterAll(() => rmSync(made, { recursive: true, force: true }));

/** A folder with a run of that specification, `r`. */
function finished(): string {
  const runs = runsFolder();
  cpSync(made, runs, { recursive: true });
  return runs;
}

const measurement = (runsDirectory: string, quantity: QuantitySpecification = traces): JobRequest => ({
  kind: 'measurement',
  runsDirectory,
  id: 'r',
  at: 'last',
  quantity,
});
const surface = (runsDirectory: string): JobRequest => ({
  kind: 'landscape',
  runsDirectory,
  id: 'r',
  landscape: { what: 'surface', centre: { run: 'r', at: 8 }, points: 3, examples: 50 },
});

describe('a job', () => {
  it('keeps a measurement with its run: the same numbers, and which examples they are of', async () => {
    const runs = finished();
    const name = await performJob(measurement(runs));
    expect(name).toMatch(/^per-example-hessian-trace-at-10-[0-9a-f]{8}$/);
    expect(listResults(runs, 'r', 'measurement').map((result) => result.name)).toEqual([name]);
    const kept = keptMeasurementSchema.parse(JSON.parse(readResult(runs, 'r', 'measurement', name)));
    const { report, tensors } = await measureRun({
      runsDirectory: runs,
      id: 'r',
      at: 10,
      quantities: [traces],
      tensors: true,
    });
    expect(kept.iteration).toBe(report.iteration);
    expect(kept.columns['value']).toEqual([...(tensors['exampleTrace.value']!.data as Float64Array)]);
    expect(kept.columns['position']).toEqual([...evaluationOrder(400, 30, 1)]);
    expect(kept.columns['label']).toHaveLength(30);
  });

  it('keeps the numbers of other quantities, and no vectors', async () => {
    const runs = finished();
    const name = await performJob(measurement(runs, quantitySchema.parse({ kind: 'margins', examples: 20, bins: 3 })));
    const kept = keptMeasurementSchema.parse(JSON.parse(readResult(runs, 'r', 'measurement', name)));
    expect(kept.quantities.some((value) => value.name === 'margin.output')).toBe(true);
    expect(kept.columns).toEqual({});
  });

  it('goes on with a landscape that was stopped, under the same name', async () => {
    const runs = finished();
    const controller = new AbortController();
    const stopped = performJob(surface(runs), {
      signal: controller.signal,
      onMessage: (message) => message.type === 'progress' && message.done > 0 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(readdirSync(join(runs, 'r/landscapes'))).toEqual([expect.stringMatching(/\.partial\.safetensors$/)]);
    const name = await performJob(surface(runs));
    expect(name).toBe(settleJob(surface(runs)).name);
    const document = landscapeDocumentSchema.parse(JSON.parse(readResult(runs, 'r', 'landscape', name)));
    expect(document.loss).toHaveLength(9);
    expect(readdirSync(join(runs, 'r/landscapes'))).toEqual([`${name}.json`]);
  });

  it('has another name for another request, and names the newest checkpoint', () => {
    const runs = finished();
    const wish = surface(runs) as Extract<JobRequest, { kind: 'landscape' }>;
    const other: JobRequest = { ...wish, landscape: { what: 'surface', centre: { run: 'r', at: 'last' }, points: 3 } };
    expect(settleJob(other).title).toBe('surface around iteration 10');
    expect(settleJob(other).name).not.toBe(settleJob(wish).name);
  });

  it.each([
    ['measurement', measurement],
    ['landscape', surface],
  ] as const)('ends when its run is deleted meanwhile, and says so: %s', async (kind, requestOf) => {
    const runs = finished();
    const told: JobMessage[] = [];
    const onMessage = (message: JobMessage): void => {
      told.push(message);
      rmSync(join(runs, 'r'), { recursive: true, force: true });
    };
    await expect(performJob(requestOf(runs), { onMessage })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
      message: `run r: expected its folder to stay while its ${kind} is computed, it was deleted or moved`,
    });
    expect(told).toHaveLength(1);
    expect(existsSync(join(runs, 'r'))).toBe(false);
  });

  it('does not make the folder of a run that was deleted', async () => {
    const runs = finished();
    rmSync(join(runs, 'r'), { recursive: true });
    await expect(performJob(measurement(runs))).rejects.toThrow('expected a run in');
    expect(existsSync(join(runs, 'r'))).toBe(false);
  });
});

describe('the process of a job', () => {
  const act = (program: string, request: JobRequest = measurement('runs')) => {
    const entry = join(runsFolder(), 'job.mjs');
    writeFileSync(entry, program);
    const heard: JobMessage[] = [];
    return { ...startJob(request, (message) => heard.push(message), entry), heard };
  };

  it('passes on what it tells before it resolves with the name of the result', async () => {
    const job = act(`process.once('message', ({ request }) => {
      const tell = (message) => process.send({ type: 'message', message });
      tell({ type: 'note', message: request.quantity.kind });
      tell({ type: 'progress', done: 1, of: 2 });
      process.send({ type: 'ended', result: 'n' });
    });`);
    expect(await job.done).toBe('n');
    expect(job.heard).toEqual([
      { type: 'note', message: 'per-example-hessian-trace' },
      { type: 'progress', done: 1, of: 2 },
    ]);
  });

  it('rejects with its own error', async () => {
    const job = act(`process.once('message', () => process.send(
      { type: 'failed', code: 'DATA_MISSING', message: 'mnist: missing', stack: null }));`);
    await expect(job.done).rejects.toMatchObject({ code: 'DATA_MISSING', message: 'mnist: missing' });
  });

  it('that dies without a word is not a job that was stopped', async () => {
    const dead = act(`process.once('message', () => process.exit(7));`);
    await expect(dead.done).rejects.toMatchObject({
      code: 'TRAINER_DIED',
      message: 'measurement: expected a result from its process, it ended with exit code 7',
    });
    const deaf = act(`process.on('message', () => undefined);`, surface('runs'));
    deaf.kill();
    await expect(deaf.done).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: 'landscape: ended before it had a result; asked for again, it goes on from what it kept',
    });
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import { ledgerSchema, type Ledger } from '../../src/contract/index.ts';
import { computeTrial } from '../../src/reproduce/compute.ts';
import { planTrials, reproduce, type PlannedTrial, type StartTrial } from '../../src/reproduce/index.ts';
import { executeRun, resumeRun } from '../../src/run/index.ts';
import { stateOf } from '../../src/reproduce/state.ts';
import type { MakingMessage } from '../../src/sweep/index.ts';
import { testPaper } from './paper.ts';

let runs: string;
let trials: PlannedTrial[];
const started: string[] = [];
/** Identifier of a trial that must fail. */
let broken: string | null = null;
/** Whether no trial finds its data. */
let withoutData = false;

/** Trials in this process. */
const start: StartTrial = (trial, threads, onProgress) => {
  started.push(trial.id);
  const controller = new AbortController();
  const work = async (): Promise<void> => {
    if (trial.id === broken) throw new Error('the machine stood still');
    if (withoutData) throw new ThalwegError('DATA_MISSING', 'mnist: missing train-images');
    const place = { runsDirectory: runs, id: trial.id };
    const hooks = { onMessage: () => undefined, signal: controller.signal };
    if (trial.kind === 'computed')
      await computeTrial({ trial, trials, runsDirectory: runs, dataDirectory: undefined, threads, onProgress });
    else if (stateOf(trial, runs).status === 'unfinished') await resumeRun(place, hooks);
    else await executeRun({ ...place, specification: trial.specification }, hooks);
  };
  return { done: work(), stop: () => controller.abort() };
};

const make = async (changes: Partial<Parameters<typeof reproduce>[0]> = {}) => {
  const messages: MakingMessage[] = [];
  started.length = 0;
  const request = { papers: [testPaper], scale: 'smoke' as const, runsDirectory: runs, workers: 2, start, ...changes };
  const { ledgers, failures } = await reproduce(request, { onMessage: (message) => void messages.push(message) });
  return { ledger: ledgers[0]!, failures, messages };
};
const verdicts = ({ claims }: Ledger): Record<string, string> =>
  Object.fromEntries(claims.map(({ id, verdict }) => [id, verdict]));

beforeAll(() => {
  runs = mkdtempSync(join(tmpdir(), 'thalweg-reproduce-'));
  trials = planTrials(testPaper, 'smoke');
});
afterAll(() => rmSync(runs, { recursive: true }));

describe('a study of a paper', () => {
  test('without runs refuses every claim and names what is missing', async () => {
    const { ledger } = await make({ run: false });
    expect(started).toEqual([]);
    expect(verdicts(ledger)).toEqual({
      'W-dist.falls': 'refused',
      'W-dist.number': 'refused',
      'W-dist.unrecorded': 'refused',
    });
    expect(ledger.claims[0]).toMatchObject({ effect: null, interval: null, n: 0, pValue: null, runs: [] });
    expect(ledger.claims[0]!.reason).toBe(`${trials[0]!.id} was not run`);
  });

  test('makes only what is asked for', async () => {
    const { ledger } = await make({ only: ['W-rates'], seeds: 2 });
    expect(started).toHaveLength(4);
    expect(started.every((id) => id.startsWith('w-rates-'))).toBe(true);
    expect(verdicts(ledger)['W-dist.number']).toBe('refused');
  });

  test('goes on with what is there, runs before what reads them, and judges', async () => {
    const { ledger, messages, failures } = await make();
    expect(messages[0]).toEqual({ type: 'planned', total: 9, finished: 4 });
    expect(started).toHaveLength(5);
    expect(started.slice(-3).every((id) => id.startsWith('w-sums-'))).toBe(true);
    expect(failures).toEqual([]);
    expect(ledgerSchema.parse(ledger)).toEqual(ledger);
    expect(verdicts(ledger)).toEqual({
      'W-dist.falls': 'supported',
      'W-dist.number': 'contradicted',
      'W-dist.unrecorded': 'refused',
    });
    expect(ledger.claims[1]).toMatchObject({ effect: -1, interval: [-1, -1], n: 3, smoke: true, reason: null });
    expect(ledger.claims[2]!.reason).toContain('expected records of hessian.sharpness');
  });

  test('is finished the second time, with the same ledger', async () => {
    const before = await make({ run: false });
    const after = await make();
    expect(started).toEqual([]);
    expect(after.ledger).toEqual(before.ledger);
  });

  test('refuses a claim when a result was made by another definition', async () => {
    const path = join(runs, 'results', `${trials.find(({ kind }) => kind === 'computed')!.id}.json`);
    const content = readFileSync(path, 'utf8');
    writeFileSync(path, content.replace(/"definition":"[0-9a-f]+"/, '"definition":"0"'));
    const { ledger } = await make();
    expect(started).toEqual([]);
    expect(ledger.claims[1]!.verdict).toBe('refused');
    expect(ledger.claims[1]!.reason).toMatch(/^w-sums-s1-[0-9a-f]{8} has another definition$/);
    writeFileSync(path, '{ broken');
    expect((await make()).ledger.claims[1]!.reason).toContain('cannot be read');
    rmSync(path);
  });

  test('tells of a trial that fails, makes the others, and refuses what needs it', async () => {
    broken = trials.find(({ kind }) => kind === 'computed')!.id;
    const { ledger, failures } = await make();
    expect(failures).toEqual([{ id: broken, message: 'the machine stood still' }]);
    expect(verdicts(ledger)).toMatchObject({ 'W-dist.falls': 'supported', 'W-dist.number': 'refused' });
    broken = null;
    expect(verdicts((await make()).ledger)['W-dist.number']).toBe('contradicted');
  });

  test('ends at once when data are missing, which no other trial would find either', async () => {
    withoutData = true;
    started.length = 0;
    const request = {
      papers: [testPaper],
      scale: 'smoke' as const,
      runsDirectory: join(runs, 'none'),
      workers: 2,
      start,
    };
    await expect(reproduce(request, { onMessage: () => undefined })).rejects.toMatchObject({ code: 'DATA_MISSING' });
    expect(started.length).toBeLessThanOrEqual(2);
    withoutData = false;
  });

  test('that is stopped says so and can go on', async () => {
    const signal = AbortSignal.abort();
    const request = { papers: [testPaper], scale: 'laptop' as const, runsDirectory: join(runs, 'stopped'), start };
    await expect(reproduce(request, { onMessage: () => undefined, signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });

  test('writes a report that needs nothing beside it', async () => {
    const reportDirectory = join(runs, 'report');
    await make({ run: false, reportDirectory });
    const html = readFileSync(join(reportDirectory, 'index.html'), 'utf8');
    expect(html).toContain('<svg');
    expect(html).toContain('What <strong>we</strong> do.');
    expect(html).toMatch(/<td data-value="W-dist.falls"><a href="#W-dist.falls">/);
    expect(html).toContain('refused: w-rates');
    expect(html).not.toMatch(/(src|href)="(?!#)/);
    const markdown = readFileSync(join(reportDirectory, 'report.md'), 'utf8');
    expect(markdown).toContain('## W: A test | of papers');
    expect(markdown).toContain('| W-dist.falls | supported |');
    expect(markdown).toContain('![Learning curves](figures/W-dist.curves.svg)');
    expect(markdown).toContain('| 1 | 4 |');
    expect(existsSync(join(reportDirectory, 'figures', 'W-dist.curves.svg'))).toBe(true);
    const [header, first] = readFileSync(join(reportDirectory, 'figures', 'W-dist.curves.csv'), 'utf8').split('\r\n');
    expect(header).toBe('series,iteration,coordinate,value,standard_error,examples');
    expect(first).toMatch(/^\w+\.\w+,0,,[\d.]+,/);
    expect(markdown).toContain('([numbers](figures/W-dist.curves.csv))');
    const ledgers: unknown = JSON.parse(readFileSync(join(reportDirectory, 'ledger.json'), 'utf8'));
    expect(ledgers).toMatchObject([{ paper: 'W', scale: 'smoke', seeds: 3 }]);
  });

  test('refuses a report where none can be written, before anything is made', async () => {
    const file = join(runs, 'file');
    writeFileSync(file, '');
    await expect(make({ reportDirectory: join(file, 'report') })).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(started).toEqual([]);
  });

  test('names the nearest part for one that it has not', async () => {
    await expect(make({ only: ['W-dist.fall'] })).rejects.toThrow(
      '--only: unknown name "W-dist.fall", did you mean "W-dist.falls"?',
    );
  });
});

test('the names of trials depend on what decides their numbers and on nothing else', () => {
  const [first] = testPaper.experiments;
  const changed: typeof testPaper = {
    ...testPaper,
    experiments: [{ ...first!, title: 'Another title', description: 'Other words' }],
  };
  const ids = (paper: typeof testPaper): string[] => planTrials(paper, 'smoke').map(({ id }) => id);
  expect(ids(changed)).toEqual(ids(testPaper).slice(0, 6));
  expect(ids(testPaper)[0]).toMatch(/^w-rates-0\.1-s1-[0-9a-f]{8}$/);
  const laptop = planTrials(testPaper, 'laptop').map(({ id }) => id);
  expect(laptop).toEqual(ids(testPaper));
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { specificationSchema, type MetricRecord, type SeriesName } from '../../src/contract/index.ts';
import { executeRun } from '../../src/run/index.ts';
import { openRun } from '../../src/store/index.ts';
import { thalweg } from '../cli/terminal.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { openLab, type OpenLab } from './site.ts';

const patient = { timeout: 60_000 };

/** Keeps what the page is answered when it opens a run, so that a test can look at the numbers behind the curves. */
const listen = `
  const Original = Worker;
  globalThis.opened = null;
  globalThis.Worker = class extends Original {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        if (data.type === 'answer' && data.answer?.records) globalThis.opened = data.answer;
      });
    }
  };
`;

const recordsOf = (page: Page): Promise<MetricRecord[]> => page.evaluate<MetricRecord[]>('opened.records');

/** Records a walk for some updates; the name of the run. */
async function recordWalk({ page, updates }: Pick<OpenLab, 'page' | 'updates'>, upTo: number): Promise<string> {
  await page.getByRole('button', { name: 'Record' }).click();
  const link = page.locator('[data-status] a[href*="run="]');
  await link.waitFor(patient);
  await expect.poll(updates, patient).toBeGreaterThan(upTo);
  return link.innerText();
}

/** Shows a run of the page; the updates that are shown of it. */
async function showRun(page: Page, site: string, run: string): Promise<number> {
  await page.goto(`${site}?lesson=runs&run=${run}`);
  const panel = page.locator('[data-open=true]');
  await panel.waitFor(patient);
  return Number(await panel.getAttribute('data-iteration'));
}

/** Exports the run that is shown into a folder of runs, as its reader would unpack it. */
async function exportTo(runs: string, page: Page, run: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: `Export ${run}` }).click();
  const path = await (await download).path();
  for (const [name, content] of Object.entries(unzipSync(readFileSync(path)))) {
    mkdirSync(dirname(join(runs, name)), { recursive: true });
    writeFileSync(join(runs, name), content);
  }
  return path;
}

/** The records of a run on disk, as the page has them. */
function recordsOnDisk(runs: string, run: string): MetricRecord[] {
  const reader = openRun(runs, run);
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const found = reader.recorded().flatMap((series: SeriesName) => {
    const { length, iteration, coordinate, value, standardError, examples } = reader.records(series);
    return Array.from({ length }, (_, row) => ({
      series,
      iteration: iteration[row]!,
      coordinate: orNull(coordinate[row]!),
      value: value[row]!,
      standardError: standardError[row]!,
      examples: orNull(examples[row]!),
    }));
  });
  reader.close();
  return found;
}

/** Runs that a browser keeps. */
export function describeKeptRuns(browser: () => Browser): void {
  describe('runs of the lab', () => {
    it('stay over a reload, go on, and open in Node with the same records', async () => {
      const lab = await openLab(browser(), '?lesson=walk');
      const { page, defects, updates } = lab;
      const site = page.url().split('?')[0]!;
      await page.addInitScript(listen);
      const run = await recordWalk(lab, 60);
      const shown = await showRun(page, site, run);
      expect(shown).toBeGreaterThanOrEqual(50);
      await page.getByText('Interrupted').first().waitFor();
      await page.getByRole('button', { name: 'Go on' }).click();
      await expect.poll(updates, patient).toBeGreaterThan(shown + 20);
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('button', { name: 'Go on' }).waitFor(patient);
      await page.reload();
      await page.locator('[data-open=true]').waitFor(patient);

      const runs = temporaryFolder();
      await exportTo(runs, page, run);
      const there = await recordsOf(page);
      expect(there.length).toBeGreaterThan(500);
      expect(recordsOnDisk(runs, run)).toEqual(there);
      const { code, stdout } = await thalweg(['show', run, '--runs', runs]);
      expect([code, stdout]).toEqual([0, expect.stringContaining('interrupted')]);
      expect(
        openRun(runs, run)
          .logLines()
          .lines.map(({ msg }) => msg),
      ).toContain('resumed at iteration 50');
      expect(defects).toEqual([]);
    });

    it('go on from their checkpoint when the tab was killed', async () => {
      const lab = await openLab(browser(), '?lesson=walk');
      const site = lab.page.url().split('?')[0]!;
      const run = await recordWalk(lab, 60);
      const context = lab.page.context();
      const session = await context.newCDPSession(lab.page);
      void session.send('Page.crash').catch(() => undefined);
      await lab.page.waitForEvent('crash');
      const page = await context.newPage();
      const shown = await showRun(page, site, run);
      expect(shown).toBeGreaterThanOrEqual(50);
      await page.getByRole('button', { name: 'Go on' }).click();
      const updates = async (): Promise<number> =>
        Number(await page.locator('[data-iteration]').getAttribute('data-iteration'));
      await expect.poll(updates, patient).toBeGreaterThan(shown + 10);
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    it('come from Node, and go back', async () => {
      const runs = temporaryFolder();
      const specification = specificationSchema.parse({
        data: { name: 'mnist-1d', examples: 200, testExamples: 100 },
        model: { name: 'mlp', hidden: [8] },
        optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 50 },
        duration: '30 iterations',
        probes: [{ kind: 'distance' }],
      });
      const hooks = { onMessage: () => undefined, signal: new AbortController().signal };
      const { id } = await executeRun({ specification, runsDirectory: runs, id: 'from-node', until: 20 }, hooks);
      const names = execFileSync('find', [id, '-type', 'f'], { cwd: runs, encoding: 'utf8' }).trim().split('\n');
      const zip = zipSync(Object.fromEntries(names.map((name) => [name, readFileSync(join(runs, name))])));

      const { page, defects, updates } = await openLab(browser(), '?lesson=runs');
      await page.addInitScript(listen);
      await page.reload();
      const file = { name: 'from-node.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) };
      await page.locator('input[type=file]').setInputFiles(file);
      await page.locator('[data-open=true]').waitFor(patient);
      expect(await updates()).toBe(20);
      expect(await recordsOf(page)).toEqual(recordsOnDisk(runs, id));
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText('Finished').first().waitFor(patient);
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByRole('alert').getByText('run from-node: expected a new name').waitFor();

      const back = temporaryFolder();
      await exportTo(back, page, id);
      expect(openRun(back, id).file()).toMatchObject({ status: 'finished', iteration: 30 });
      await page.getByRole('button', { name: `Delete ${id}` }).click();
      await page.getByText('None yet.').waitFor();
      expect(defects).toEqual([]);
    });

    it('keep what they have when the storage is full, and say so', async () => {
      const lab = await openLab(browser(), '?lesson=walk');
      const { page, updates } = lab;
      const site = page.url().split('?')[0]!;
      const run = await recordWalk(lab, 60);
      const session = await page.context().newCDPSession(page);
      const { origin } = new URL(site);
      const usage = await page.evaluate<number>('navigator.storage.estimate().then(({ usage }) => usage)');
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 50_000 });
      await page.getByRole('alert').getByText('storage for this site is full').waitFor(patient);
      const reached = await updates();
      await session.send('Storage.overrideQuotaForOrigin', { origin });
      const shown = await showRun(page, site, run);
      expect(shown).toBeGreaterThanOrEqual(50);
      await page.getByRole('button', { name: 'Go on' }).click();
      await expect.poll(updates, patient).toBeGreaterThan(Math.max(shown, reached) + 10);
    });

    it('are one tab’s at a time', async () => {
      const lab = await openLab(browser(), '?lesson=walk');
      const site = lab.page.url().split('?')[0]!;
      await recordWalk(lab, 5);
      const second = await lab.page.context().newPage();
      await second.goto(`${site}?lesson=runs`);
      await second.getByRole('alert').getByText('no other tab').waitFor(patient);
      const before = await lab.updates();
      await expect.poll(lab.updates, patient).toBeGreaterThan(before);
    });
  });
}

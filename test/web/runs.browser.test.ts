import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotateRun, createRun, listRuns, listTrash, summarise } from '../../src/store/index.ts';
import { syntheticRunFile, syntheticWalk } from '../figures/synthetic-walk.ts';
import { launchChromium, openPage, outputDirectory, pageDirectory, RestartableServer, temporaryRuns } from './page.ts';

const patience = 30_000;
const waiting = { timeout: patience, interval: 100 };
let browser: Browser;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** A run of twenty updates that ended, at this learning rate. */
function makeRun(runs: string, id: string, learningRate: number, parent: string | null = null): void {
  const walk = {
    iterationsPerEpoch: 10,
    iterations: 20,
    interpolated: 0,
    points: 5,
    seed: Math.round(100 * learningRate),
  };
  const file = syntheticRunFile(id, walk);
  const specification = { ...file.specification, optimizer: { ...file.specification.optimizer, learningRate } };
  const fork = parent === null ? {} : { parent: { run: parent, iteration: 0, records: 0 } };
  const writer = createRun(runs, { ...file, ...fork, specification });
  if (parent === null) for (const records of syntheticWalk(walk)) writer.append(records);
  writer.flush();
  writer.update({ iteration: 20, status: 'finished' });
  if (parent === null) writer.update({ summary: summarise(writer.reader()) });
  writer.close();
}

interface Served {
  readonly page: Page;
  readonly runs: string;
  readonly address: string;
  readonly defects: string[];
}

/** The page over a folder that `fill` fills. */
async function serve(fill: (runs: string) => void, options = {}): Promise<Served> {
  const runs = temporaryRuns();
  fill(runs);
  const address = await new RestartableServer(runs, pageDirectory).start();
  const { page, defects } = await openPage(browser, options);
  page.setDefaultTimeout(patience);
  await page.goto(address);
  await rows(page).first().waitFor();
  return { page, runs, address, defects };
}

const three = (runs: string): void => {
  makeRun(runs, 'slow', 0.01);
  makeRun(runs, 'middle', 0.1);
  makeRun(runs, 'fast', 0.5);
};

const rows = (page: Page): Locator => page.locator('tr[data-run]');
/** Rows leave while they are read where the list is being drawn anew: one look at all of them. */
const shown = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>('Array.from(document.querySelectorAll("tr[data-run]"), (row) => row.dataset.run)');
const shows = (page: Page, ids: readonly string[]) => expect.poll(() => shown(page), waiting).toEqual(ids);
const box = (page: Page, id: string): Locator => page.getByRole('checkbox', { name: `Choose ${id}`, exact: true });
const search = (page: Page): Locator => page.getByRole('searchbox', { name: 'Search runs' });

describe('the list of runs', () => {
  it('is searched by words and by keys, and the address keeps the search', async () => {
    const { page, address, defects } = await serve(three);
    await shows(page, ['fast', 'middle', 'slow']);
    await search(page).fill('slow');
    await shows(page, ['slow']);
    await search(page).fill('learningRate>0.05 -fast');
    await shows(page, ['middle']);
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('learningRate>0.05 -fast');
    await page.reload();
    await shows(page, ['middle']);
    expect(await search(page).inputValue()).toBe('learningRate>0.05 -fast');

    await search(page).fill('lerningRate>0.05');
    await page.getByText('did you mean "learningRate"?').waitFor();
    await shows(page, ['fast', 'middle', 'slow']);
    await search(page).fill('nothing is like that');
    await page.locator('[data-empty="search"]').getByRole('button', { name: 'Show all' }).click();
    await shows(page, ['fast', 'middle', 'slow']);

    await page.goto(`${address}/?status=running`);
    await page.locator('[data-empty="search"]').waitFor();
    expect(defects).toEqual([]);
  });

  it('is sorted by any column, and shows the columns that are chosen', async () => {
    const { page, defects } = await serve(three);
    await page.getByRole('button', { name: 'Learning rate' }).click();
    await shows(page, ['slow', 'middle', 'fast']);
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('button', { name: 'Learning rate' }).click();
    await shows(page, ['fast', 'middle', 'slow']);

    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('searchbox', { name: 'Find a column' }).fill('batchSize');
    await page.getByRole('checkbox', { name: /Batch size/ }).check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('columnheader', { name: 'Batch size' }).waitFor();
    const link = page.url();
    await page.goto(link);
    await shows(page, ['fast', 'middle', 'slow']);
    expect(await page.locator('tr[data-run="fast"] td[data-column="optimizer.batchSize"]').innerText()).toBe('100');
    await page.locator('tr[data-run="fast"] svg[data-points="3"]').waitFor();
    expect(defects).toEqual([]);
  });

  it('takes tags and notes where they stand, and shows no markup of theirs', async () => {
    const { page, runs, defects } = await serve(three);
    await rows(page).first().hover();
    await page.getByRole('button', { name: 'Tag fast' }).click();
    await page.getByRole('combobox', { name: 'Tags of fast, with commas' }).fill('baseline, paper W');
    await page.keyboard.press('Enter');
    await page.locator('tr[data-run="fast"]').getByRole('button', { name: 'baseline', exact: true }).waitFor();
    const text = '<img src=x onerror=alert(1)>\nsecond line';
    await page.getByRole('button', { name: 'Note on fast' }).click();
    await page.getByRole('textbox', { name: 'Note on fast' }).fill(text);
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => listRuns(runs)[0], waiting).toMatchObject({ tags: ['baseline', 'paper W'], note: text });
    await page.getByRole('button', { name: /Note on fast: <img/ }).waitFor();
    expect(await page.locator('tr img').count()).toBe(0);

    await page.locator('tr[data-run="fast"]').getByRole('button', { name: 'baseline', exact: true }).click();
    await shows(page, ['fast']);
    await page.getByRole('combobox', { name: 'Tag' }).selectOption('');
    await shows(page, ['fast', 'middle', 'slow']);
    expect(defects).toEqual([]);
  });

  it('lets several runs be chosen by mouse and keyboard, tagged and compared', async () => {
    const { page, runs, defects } = await serve(three);
    const bar = page.getByRole('region', { name: 'Chosen runs' });
    await box(page, 'fast').check();
    await box(page, 'slow').click({ modifiers: ['Shift'] });
    await bar.getByText('3 chosen').waitFor();
    expect(await bar.getByRole('link', { name: 'Compare' }).getAttribute('href')).toBe(
      '/compare?runs=fast,middle,slow',
    );
    await page.keyboard.press('Escape');
    await bar.getByRole('button', { name: 'Clear' }).click();
    await box(page, 'fast').focus();
    await page.keyboard.press('Shift+ArrowDown');
    await bar.getByText('2 chosen').waitFor();
    await bar.getByRole('button', { name: 'Tag' }).click();
    await page.getByRole('combobox', { name: /Add, with commas/ }).fill('both');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => listRuns(runs).map(({ tags }) => tags.join()), waiting).toEqual(['both', 'both', '']);
    await search(page).fill('slow');
    await expect.poll(() => bar.count(), waiting).toBe(0);
    expect(defects).toEqual([]);
  });

  it('leaves archived runs out until they are asked for', async () => {
    const { page, defects } = await serve(three);
    await box(page, 'middle').check();
    await page.getByRole('button', { name: 'Archive' }).click();
    await shows(page, ['fast', 'slow']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await shows(page, ['fast', 'middle', 'slow']);
    await box(page, 'middle').check();
    await page.getByRole('button', { name: 'Archive' }).click();
    await shows(page, ['fast', 'slow']);
    await page.getByRole('checkbox', { name: '1 archived too' }).check();
    await shows(page, ['fast', 'middle', 'slow']);
    expect(new URL(page.url()).searchParams.get('archived')).toBe('1');
    expect(defects).toEqual([]);
  });

  it('follows the folder: runs copied in, damaged and deleted by hand', async () => {
    const { page, runs, defects } = await serve(three);
    cpSync(join(runs, 'fast'), join(runs, 'copied'), { recursive: true });
    await page.locator('tr[data-run="copied"]').waitFor();
    writeFileSync(join(runs, 'slow', 'run.json'), '{');
    await page.locator('tr[data-run="slow"]').getByText('expected a run file').waitFor();
    rmSync(join(runs, 'middle'), { recursive: true });
    await expect.poll(async () => (await shown(page)).includes('middle'), waiting).toBe(false);
    writeFileSync(join(runs, 'fast', 'annotations.json'), '{');
    await page.getByRole('button', { name: 'Tag fast' }).and(page.locator(':disabled')).waitFor();
    for (const id of ['copied', 'fast', 'slow']) rmSync(join(runs, id), { recursive: true });
    await page.getByText('npx thalweg run quickstart').waitFor();
    await page.locator('[data-empty="runs"]').getByRole('link', { name: 'Make one here' }).click();
    await page.getByRole('heading', { name: 'New run' }).waitFor();
    expect(defects).toEqual([]);
  });

  it('draws only the rows in sight of a long list, and the keyboard reaches all', async () => {
    const { page, defects } = await serve((runs) => {
      makeRun(runs, 'r0', 0.1);
      const file = join(runs, 'r0', 'run.json');
      const text = readFileSync(file, 'utf8');
      for (let n = 1; n < 400; n++) {
        mkdirSync(join(runs, `r${n}`));
        writeFileSync(join(runs, `r${n}`, 'run.json'), text.replace('"id": "r0"', `"id": "r${n}"`));
      }
    });
    expect(await page.locator('table').getAttribute('aria-rowcount')).toBe('401');
    expect(await rows(page).count()).toBeLessThan(80);
    await page.getByRole('checkbox', { name: 'Choose all 400 runs' }).check();
    await page.getByText('400 chosen').waitFor();
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await page.locator('tr[aria-rowindex="401"]').waitFor();
    const head = await page.getByRole('columnheader', { name: 'Status' }).boundingBox();
    expect(Math.abs(head!.y)).toBeLessThan(2);
    expect(await rows(page).count()).toBeLessThan(80);
    expect(defects).toEqual([]);
  });

  it('is a list on a narrow screen', async () => {
    const { page, defects } = await serve(three, { viewport: { width: 380, height: 800 } });
    await shows(page, ['fast', 'middle', 'slow']);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.getByRole('combobox', { name: 'Order' }).selectOption({ label: 'by Learning rate' });
    await shows(page, ['slow', 'middle', 'fast']);
    expect(defects).toEqual([]);
  });
});

describe('deleting runs', () => {
  it('asks first and names what goes, can be undone, and ends when the trash is emptied', async () => {
    const { page, runs, address, defects } = await serve((folder) => {
      three(folder);
      makeRun(folder, 'fork', 0.2, 'slow');
    });
    await box(page, 'slow').check();
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete slow?' });
    await dialog.getByText('fork was forked from them').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(listTrash(runs)).toEqual([]);
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await shows(page, ['fork', 'fast', 'middle']);
    expect(listTrash(runs).map(({ name }) => name)).toEqual(['slow']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await shows(page, ['fork', 'fast', 'middle', 'slow']);

    await box(page, 'slow').check();
    await box(page, 'middle').check();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await shows(page, ['fork', 'fast']);

    await page.goto(`${address}/trash`);
    await page.getByRole('button', { name: 'Restore middle' }).click();
    await expect.poll(() => listRuns(runs).map(({ id }) => id), waiting).toContain('middle');
    await page.locator('[data-trashed="middle"]').waitFor({ state: 'detached' });
    makeRun(runs, 'slow', 0.3);
    await page.getByRole('button', { name: 'Restore slow' }).click();
    await page.getByRole('dialog', { name: 'Restore under another name' }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await expect.poll(() => existsSync(join(runs, 'slow-restored')), waiting).toBe(true);
    await page.locator('[data-empty="trash"]').waitFor();

    await page.goto(address);
    await box(page, 'fast').check();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('fast moved to the trash').waitFor();
    await page.getByRole('link', { name: 'Trash' }).click();
    await page.getByRole('button', { name: 'Empty the trash' }).click();
    await page
      .getByRole('dialog', { name: 'Delete fast for good?' })
      .getByRole('button', { name: 'Delete for good' })
      .click();
    await page.locator('[data-empty="trash"]').waitFor();
    expect([listTrash(runs), existsSync(join(runs, 'fast'))]).toEqual([[], false]);
    expect(defects).toEqual([]);
  });

  it('leaves a run that is being written, and says so', async () => {
    const { page, runs, defects } = await serve(three);
    annotateRun(runs, 'slow', { tags: ['x'] });
    const writer = createRun(
      runs,
      syntheticRunFile('busy', { iterationsPerEpoch: 10, iterations: 20, interpolated: 0, points: 5, seed: 1 }),
    );
    await page.locator('tr[data-run="busy"]').waitFor();
    await box(page, 'busy').check();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Still running, and left as they are: busy').waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    writer.close();
    expect(defects).toEqual([]);
  });
});

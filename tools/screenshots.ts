import { mkdirSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

/**
 * Pictures of every view for docs/page.md, from a server whose runs folder holds a study at scale smoke:
 * `npx vite-node tools/screenshots.ts -- http://127.0.0.1:4173 docs/images`.
 */
const [server, directory] = process.argv.slice(-2) as [string, string];

interface Detail {
  readonly series: readonly { readonly name: string }[];
}
const json = async <T>(path: string): Promise<T> => (await (await fetch(server + path)).json()) as T;

/** The first run that has recorded all of these. */
async function runWith(...names: string[]): Promise<string> {
  const { runs } = await json<{ runs: { id: string; status: string }[] }>('/api/runs');
  for (const { id } of runs.filter(({ status }) => status === 'finished')) {
    const { series } = await json<Detail>(`/api/runs/${id}`);
    if (names.every((name) => series.some((one) => one.name === name))) return id;
  }
  throw new Error(`no finished run has recorded ${names.join(', ')}`);
}

const walk = await runWith('interpolation.loss', 'gradient.cosine');
const curvature = await runWith('hessian.eigenvalue');
const margins = await runWith('margin.output');
const losses = await runWith('loss.gcdf');
const { runs } = await json<{ runs: { id: string; study: string | null }[] }>('/api/runs');
const compared = runs.filter(({ id }) => id.startsWith('w-roles')).slice(0, 12);
const chosen = (compared.length > 1 ? compared : runs.slice(0, 8)).map(({ id }) => id).join(',');

const { sweeps } = await json<{ sweeps: { name: string }[] }>('/api/sweeps');

const views: Readonly<Record<string, string>> = {
  runs: '/',
  run: `/runs/${walk}`,
  walk: `/runs/${walk}/walk`,
  curvature: `/runs/${curvature}/curvature`,
  margins: `/runs/${margins}/margins`,
  losses: `/runs/${losses}/losses`,
  landscape: `/runs/${walk}/landscape`,
  specification: `/runs/${walk}/specification?against=${curvature}`,
  compare: `/compare?runs=${chosen}&series=batch.loss`,
  ...(sweeps.length > 0 && { sweep: `/sweeps/${encodeURIComponent(sweeps[0]!.name)}` }),
  studies: '/studies?scale=smoke',
  ledger: '/studies/r?scale=smoke',
  claim: '/studies/r?scale=smoke&claim=R-sgdl.falling-noise',
  theory: '/theory',
  quadratic: '/theory/quadratic',
  new: '/new?study=quickstart',
};

mkdirSync(directory, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
for (const [name, path] of Object.entries(views)) {
  await page.goto(server + path);
  await page.waitForTimeout(6000);
  const picture = await sharp(await page.screenshot())
    .png({ palette: true, quality: 85 })
    .toBuffer();
  writeFileSync(`${directory}/page-${name}.png`, picture);
}
await browser.close();

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mkdirSync } from 'node:fs';
import { buildFigure, figureIds, figureThemes } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { syntheticSource } from '../figures/synthetic-walk.ts';
import { launchChromium, outputDirectory } from './page.ts';

const walk = { iterationsPerEpoch: 20, iterations: 40, interpolated: 6, points: 5, seed: 1 };
let browser: Browser;
let page: Page;

/** What the page runs: every figure drawn into its own document, by identifier. */
const entry = `
  import { buildFigure, figureIds, renderFigure } from '${fileURLToPath(new URL('../../src/figures/index.ts', import.meta.url))}';
  import { syntheticSource } from '${fileURLToPath(new URL('../figures/synthetic-walk.ts', import.meta.url))}';
  globalThis.drawn = (walk, options) => Object.fromEntries(figureIds.map((id) => {
    const svg = renderFigure(buildFigure(id, syntheticSource(walk), options), document);
    document.body.append(svg);
    const box = svg.getBoundingClientRect();
    return [id, { markup: svg.outerHTML, width: box.width, height: box.height }];
  }));
`;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  const input = join(outputDirectory, 'figures-entry.js');
  writeFileSync(input, entry);
  const outDir = join(outputDirectory, 'figures');
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir,
      emptyOutDir: true,
      minify: false,
      lib: { entry: input, formats: ['iife'], name: 'figures', fileName: 'figures' },
    },
  });
  browser = await launchChromium();
  page = await browser.newPage();
  await page.addScriptTag({ path: join(outDir, 'figures.iife.js') });
});
afterAll(() => browser?.close());

interface Drawn {
  readonly markup: string;
  readonly width: number;
  readonly height: number;
}

/** Elements with their attributes in order of name, and texts: what a picture is made of. */
const essence = (markup: string): string[] =>
  [...markup.matchAll(/<(\w+)([^>]*?)\/?>|([^<]+)/g)]
    .map(([, name, attributes, text]) =>
      name === undefined
        ? text!
        : `${name} ${[...attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)]
            .map(([, key, value]) => `${key}=${value}`)
            .sort()
            .join(' ')}`,
    )
    .filter((part) => part.trim() !== '');

it.each([
  ['light', 640],
  ['dark', 380],
] as const)('a page draws every figure as Node does, %s, %d pixels wide', async (theme, width) => {
  const drawn = await page.evaluate(
    ([shape, options]) =>
      (globalThis as unknown as { drawn: (walk: unknown, options: unknown) => Record<string, Drawn> }).drawn(
        shape,
        options,
      ),
    [walk, { theme, width }] as const,
  );
  expect(Object.keys(drawn)).toEqual(figureIds);
  for (const id of figureIds) {
    const figure = buildFigure(id, syntheticSource(walk), { theme, width });
    const expected = essence(renderSvg(figure).trimEnd());
    expect(essence(drawn[id]!.markup), id).toEqual(expected);
    expect(expected.length, id).toBeGreaterThan(20);
    expect(drawn[id]!.width, id).toBe(width);
    expect(drawn[id]!.markup, id).toContain(`fill="${figureThemes[theme].background}"`);
  }
  expect(
    await page
      .locator('svg path')
      .first()
      .evaluate((path) => path.namespaceURI),
  ).toBe('http://www.w3.org/2000/svg');
});

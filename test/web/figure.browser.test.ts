import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFigure, figureIds, type FigureOptions } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { syntheticSource } from '../figures/synthetic-walk.ts';
import { launchChromium, outputDirectory } from './page.ts';

const walk = { iterationsPerEpoch: 20, iterations: 40, interpolated: 6, points: 5, seed: 1 };
let browser: Browser;
let script: string;

/** What the page runs: every figure drawn into its own document, by identifier. */
const entry = `
  import { buildFigure, figureIds, renderFigure } from '${fileURLToPath(new URL('../../src/figures/index.ts', import.meta.url))}';
  import { syntheticSource } from '${fileURLToPath(new URL('../figures/synthetic-walk.ts', import.meta.url))}';
  globalThis.drawn = (walk, options) => Object.fromEntries(figureIds.map((id) => {
    const svg = renderFigure(buildFigure(id, syntheticSource(walk), options), document);
    document.body.append(svg);
    const file = new XMLSerializer().serializeToString(svg);
    const isFile = new DOMParser().parseFromString(file, 'image/svg+xml').querySelector('parsererror') === null;
    const namespace = svg.querySelector('path, rect').namespaceURI;
    return [id, { markup: svg.outerHTML, width: svg.getBoundingClientRect().width, file, isFile, namespace }];
  }));
`;

beforeAll(async () => {
  mkdirSync(outputDirectory, { recursive: true });
  const input = join(outputDirectory, 'figures-entry.js');
  writeFileSync(input, entry);
  const outDir = join(outputDirectory, 'figures');
  script = join(outDir, 'figures.iife.js');
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
});
afterAll(() => browser?.close());

interface Drawn {
  readonly markup: string;
  readonly width: number;
  /** As a page saves it, and whether that is well formed. */
  readonly file: string;
  readonly isFile: boolean;
  readonly namespace: string;
}

/** Elements with their attributes in order of name, and texts: what a picture is made of. */
const essence = (markup: string): string[] =>
  [...markup.replaceAll(/<\/\w+>/g, '').matchAll(/<(\w+)([^>]*?)\/?>|([^<]+)/g)]
    .map(([, name, attributes, text]) =>
      name === undefined
        ? text!
        : `${name} ${[...attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)]
            .map(([, key, value]) => `${key}=${value}`)
            .sort()
            .join(' ')}`,
    )
    .filter((part) => part.trim() !== '');

/** Draws every figure in a page on a screen with so many pixels for each pixel of the page. */
async function drawnAt(deviceScaleFactor: number, options: FigureOptions): Promise<Record<string, Drawn>> {
  const page = await browser.newPage({ deviceScaleFactor });
  await page.addScriptTag({ path: script });
  const drawn = await page.evaluate(
    ([shape, look]) =>
      (globalThis as unknown as { drawn: (walk: unknown, look: unknown) => Record<string, Drawn> }).drawn(shape, look),
    [walk, options] as const,
  );
  await page.close();
  return drawn;
}

it('a page draws every figure as Node does', async () => {
  const look = { theme: 'dark', width: 380 } as const;
  const drawn = await drawnAt(2, look);
  expect(Object.keys(drawn)).toEqual(figureIds);
  for (const id of figureIds) {
    const expected = essence(renderSvg(buildFigure(id, syntheticSource(walk), look)).trimEnd());
    expect(expected.length, id).toBeGreaterThan(20);
    expect(essence(drawn[id]!.markup), id).toEqual(expected);
    expect(essence(drawn[id]!.file), id).toEqual(expected);
    expect(drawn[id], id).toMatchObject({ width: 380, isFile: true, namespace: 'http://www.w3.org/2000/svg' });
  }
});

it('on a coarse screen only half a pixel is added, for sharp lines', async () => {
  const look = { width: 640 } as const;
  const drawn = await drawnAt(1, look);
  const unmoved = (parts: readonly string[]): string[] => parts.map((part) => part.replace(/ transform=\S+/, ''));
  for (const id of figureIds) {
    const expected = essence(renderSvg(buildFigure(id, syntheticSource(walk), look)).trimEnd());
    expect(unmoved(essence(drawn[id]!.markup)), id).toEqual(unmoved(expected));
  }
});

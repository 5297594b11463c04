/**
 * A figure of one's own: height above the valley floor against the size of the update, from a run's records, as SVG and PNG in
 * light or dark. Figures are data: the same specification draws the same file, in Node and in a page.
 *
 *   npx vite-node examples/10-own-figure.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { executeRun, openRun, resolveSpecification } from 'thalweg';
import { scatterFigure } from 'thalweg/figures';
import { renderPng, renderSvg } from 'thalweg/figures/node';

const folder = process.argv[2] ?? 'runs';
const specification = resolveSpecification({ target: 'quickstart', scale: 'smoke' });
const signal = new AbortController().signal;
const { id } = await executeRun({ specification, runsDirectory: folder }, { signal, onMessage: () => undefined });

const run = openRun(folder, id);
const [heights, norms] = [run.records('interpolation.height'), run.records('gradient.norm')];
run.close();
const normAt = new Map(Array.from(norms.iteration, (iteration, row) => [iteration, norms.value[row]!]));
const x = Float64Array.from(heights.iteration, (iteration) => normAt.get(iteration) ?? NaN);

const figure = (theme: 'light' | 'dark') =>
  scatterFigure(
    {
      id: 'height-by-gradient',
      title: 'Height above the valley floor and size of the gradient',
      subtitle: `${id}: one point for each update, the line is fitted to the logarithms`,
      panels: [
        {
          title: 'Updates',
          x: { label: 'norm of the gradient', scale: 'log' },
          y: { label: 'height', unit: 'nat', scale: 'log' },
          groups: [{ label: 'updates', x, y: heights.value }],
        },
      ],
      fitted: true,
    },
    { width: 640, theme },
  );
mkdirSync(folder, { recursive: true });
for (const theme of ['light', 'dark'] as const) {
  const svg = renderSvg(figure(theme));
  const path = join(folder, `height-by-gradient-${theme}`);
  writeFileSync(`${path}.svg`, svg);
  writeFileSync(`${path}.png`, renderPng(svg));
  console.log(`${path}.svg and .png`);
}

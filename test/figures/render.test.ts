import { describe, expect, it } from 'vitest';
import { buildFigure, figureIds } from '../../src/figures/index.ts';
import type { FigureOptions } from '../../src/figures/index.ts';
import { renderPng, renderSvg } from '../../src/figures/node/index.ts';
import { syntheticSource } from './synthetic-walk.ts';

const walk = { iterationsPerEpoch: 20, iterations: 40, interpolated: 6, points: 5, seed: 1 };
const source = syntheticSource(walk);
const svg = (id: string, options: FigureOptions = {}): string =>
  renderSvg(buildFigure(id, source, { width: 640, ...options }));

describe('renderSvg', () => {
  it.each(figureIds)('%s looks as its snapshot', async (id) => {
    await expect(svg(id)).toMatchFileSnapshot(`snapshots/${id}.svg`);
  });

  it('the walk in the dark, in one window, looks as its snapshot', async () => {
    await expect(svg('walk', { theme: 'dark', window: [20, 26] })).toMatchFileSnapshot(
      'snapshots/walk-dark-window.svg',
    );
  });

  it('curves of a run with a validation set look as their snapshot', async () => {
    const validated = buildFigure('curves', syntheticSource({ ...walk, validationExamples: 500 }), { width: 640 });
    await expect(renderSvg(validated)).toMatchFileSnapshot('snapshots/curves-validation.svg');
  });

  it('gives the same text every time', () => {
    expect(svg('walk')).toBe(svg('walk'));
  });

  it('stands alone: no script, style sheet or reference to another place', () => {
    const text = svg('walk').replace('http://www.w3.org/2000/svg', '');
    expect(text).not.toMatch(/<script|<style|href|url\(|https?:/);
    expect(text).toMatch(/^<svg /);
  });

  it('rounds coordinates to three decimals', () => {
    expect(svg('walk')).not.toMatch(/\b(d|x|y|x1|x2|y1|y2|transform)="[^"]*\d\.\d{4}/);
  });

  it('draws the valley floor dashed and in orange', () => {
    const floor = svg('walk').match(/<g [^>]*stroke-dasharray="6 4"[^>]*>/g);
    expect(floor).toHaveLength(1);
    expect(floor![0]).toContain('stroke="#d55e00"');
  });

  it('does not join interpolations of different windows', () => {
    const path = /<g [^>]*stroke="#1b62ad"[^>]*><path d="([^"]+)"/.exec(svg('walk'))?.[1];
    expect(path?.match(/M/g)).toHaveLength(2);
  });

  it('writes a title with markup in it as text', () => {
    const figure = { ...buildFigure('walk', source), title: '<b>&"x"' };
    expect(renderSvg(figure)).toContain('&lt;b&gt;&amp;');
    expect(renderSvg(figure)).not.toContain('<b>');
  });
});

describe('renderPng', () => {
  it('gives an image of the asked scale, with letters in it', () => {
    const figure = svg('curves');
    const size = /width="(\d+)"/.exec(figure)![1];
    const image = Buffer.from(renderPng(figure, { scale: 1.5 }));
    expect(image.subarray(1, 4).toString()).toBe('PNG');
    expect(image.readUInt32BE(16)).toBe(Math.round(1.5 * Number(size)));
    const silent = renderPng(figure.replaceAll(/<text[\s\S]*?<\/text>/g, ''), { scale: 1.5 });
    expect(image.length).toBeGreaterThan(silent.length + 1000);
  });

  it('refuses a scale that is no scale', () => {
    expect(() => renderPng(svg('curves'), { scale: 0 })).toThrowError('png: expected a scale in (0, 8], got 0');
  });
});

import { describe, expect, it } from 'vitest';
import { buildFigure, densityFigure } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { syntheticSource } from './synthetic-walk.ts';

const source = syntheticSource({ iterationsPerEpoch: 20, iterations: 40, interpolated: 0, points: 3, seed: 1 });

describe('the figure of spectral densities', () => {
  it('shows the last spectrum in its window, and ridgelines where there are several', () => {
    expect(buildFigure('density', source).panels.map(({ title }) => title)).toEqual([
      'Spectral density of the Hessian at iteration 40',
      'Over training',
    ]);
    const one = buildFigure('density', source, { window: [0, 10] });
    expect(one.panels.map(({ title }) => title)).toEqual(['Spectral density of the Hessian at iteration 0']);
    expect(one.subtitle).toContain('kernel σ 0.2');
  });

  it('has a logarithmic axis of six powers of ten, and leaves lower values out', () => {
    const [last] = buildFigure('density', source).panels;
    const { type, domain } = last!.plot.y as { type: string; domain: [number, number] };
    expect(type).toBe('log');
    expect(domain[1] / domain[0]).toBeCloseTo(1e6, 3);
    expect(renderSvg(buildFigure('density', source))).not.toContain('NaN');
  });

  it('says how many of many spectra are ridgelines, the first and the last among them', () => {
    const length = 40;
    const density = {
      length: 2 * length,
      iteration: Float64Array.from({ length: 2 * length }, (_, row) => Math.floor(row / 2)),
      coordinate: Float64Array.from({ length: 2 * length }, (_, row) => row % 2),
      value: new Float64Array(2 * length).fill(1),
    };
    const [, ridges] = densityFigure({ title: 'a', subtitle: 'b', density }).panels;
    expect(ridges!.title).toBe('Over training (12 of 40 spectra)');
  });
});

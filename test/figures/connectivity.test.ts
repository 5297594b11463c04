import { describe, expect, it } from 'vitest';
import { connectivityFigure } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';

const alphas = [0, 0.25, 0.5, 0.75, 1];
const line = {
  title: 'a line',
  subtitle: 'from one to two',
  alphas,
  loss: [0.1, 0.8, 1.2, 0.9, 0.2],
  accuracy: [0.9, 0.5, 0.2, 0.4, 0.8],
  barrier: 1.05,
};
describe('the figure of a line', () => {
  it('looks as its snapshot', async () => {
    await expect(renderSvg(connectivityFigure(line, { width: 500 }))).toMatchFileSnapshot('snapshots/connectivity.svg');
  });

  it('has a dot for each point, and a gap where one is not finite', () => {
    const dots = (loss: number[]): number => renderSvg(connectivityFigure({ ...line, loss })).match(/<circle/g)!.length;
    expect(dots(line.loss)).toBe(10);
    expect(dots(line.loss.with(2, NaN))).toBe(9);
    expect(dots(line.loss.with(2, Infinity))).toBe(9);
  });
});

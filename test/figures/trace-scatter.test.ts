import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { traceScatterFigure } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';

const stream = randomStream(1, 'scatter');
const values = Array.from({ length: 60 }, () => stream.uniform());
/** On the line 3x + 1, but for one point far from it. */
const trace = values.map((x, index) => (index === 7 ? 40 : 3 * x + 1 + 0.01 * stream.normal()));
const data = {
  title: 'traces',
  subtitle: 'at iteration 2',
  trace,
  correct: values.map((_, index) => (index < 50 ? 1 : 0)),
  proxies: [{ name: 'margin bound', values }],
};

describe('the scatter of Hessian traces', () => {
  it('looks as its snapshot', async () => {
    await expect(renderSvg(traceScatterFigure(data, { width: 500 }))).toMatchFileSnapshot(
      'snapshots/trace-scatter.svg',
    );
  });

  it('fits its line without the outlier, of correct and wrong examples apart', () => {
    const [panel] = traceScatterFigure(data).panels;
    // Spaces between numbers and words do not break.
    const words = panel!.legend.map(({ label }) => label.replaceAll(/\s/g, ' '));
    expect(words).toEqual([
      'correct: r = 1.00 [1.00, 1.00], n = 49, 1 outlier hollow',
      'wrong: r = 1.00 [1.00, 1.00], n = 10',
    ]);
  });

  it('counts what is not finite', () => {
    const [panel] = traceScatterFigure({ ...data, trace: trace.with(3, NaN) }).panels;
    expect(panel!.notes).toMatchInlineSnapshot(`
      [
        "not shown: 1 value not finite",
      ]
    `);
  });
});

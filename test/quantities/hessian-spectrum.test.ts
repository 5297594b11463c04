import { describe, expect, it } from 'vitest';
import { caseOf, measured, objectives } from '../curvature/support.ts';
import { measure, readingOf, readingsOf, runtimeOfFile } from './support.ts';

describe('the leading eigenvalues of the Hessian', () => {
  const runtime = runtimeOfFile();

  it('are the same without the most negative one, which takes products of its own', async () => {
    const network = measured(runtime(), caseOf(objectives['tanh']!, 12), 4);
    const both = await measure('hessian-spectrum', { k: 2 }, network);
    const leading = await measure('hessian-spectrum', { k: 2, mostNegative: false }, network);
    expect(readingsOf(leading, 'hessian.mostNegative')).toEqual([]);
    expect(readingOf(both, 'hessian.mostNegative').value).toBeLessThan(0);
    expect(leading.products).toBeLessThan(both.products);
    for (const [rank, { value }] of readingsOf(leading, 'hessian.eigenvalue').entries())
      expect(value / readingsOf(both, 'hessian.eigenvalue')[rank]!.value).toBeCloseTo(1, 4);
    expect(readingOf(leading, 'hessian.sharpness').value).toBeGreaterThan(0);
  });
});

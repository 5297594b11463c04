import { describe, expect, it } from 'vitest';
import { expectClose } from './close.ts';

describe('expectClose', () => {
  it('accepts differences up to the share of the norm', () => {
    expectClose([3, 4.0004], [3, 4], { relative: 1e-4 });
    expect(() => expectClose([3, 4.0006], [3, 4], { relative: 1e-4 })).toThrow();
  });

  it('names the worst element, both values, their ratio and the tolerance', () => {
    expect(() => expectClose([1, 2.5, 3], [1, 2, 3], { relative: 1e-3 }, 'gradient')).toThrow(
      'gradient: error 0.500 exceeds 0.00374 (relative 0.001, absolute 0, norm 3.742); element 1 of 3: got 2.5, expected 2, ratio 1.25000',
    );
  });

  it('never accepts a NaN that is not expected', () => {
    expect(() => expectClose([0, NaN], [0, 1], { absolute: 10 })).toThrow('element 1 of 2: got NaN');
    expect(() => expectClose([0, 1], [0, NaN], { relative: 10, absolute: 10 })).toThrow();
    expectClose([Infinity], [Infinity], { absolute: 1 });
  });

  it('never accepts another number of elements', () => {
    expect(() => expectClose([1], [1, 1], { absolute: 10 })).toThrow('number of elements');
  });
});

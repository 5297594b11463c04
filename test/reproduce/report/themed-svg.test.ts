import { describe, expect, it } from 'vitest';
import { ThemedColors } from '../../../src/reproduce/report/themed-svg.ts';

describe('a drawing for both themes', () => {
  it('has a variable where the colours differ, and the style has both', () => {
    const colors = new ThemedColors();
    const merged = colors.merge(
      '<path fill="#ffffff" stroke="rgb(1, 2, 3)"/>',
      '<path fill="#000000" stroke="rgb(1, 2, 3)"/>',
    );
    expect(merged).toBe('<path fill="var(--c0)" stroke="rgb(1, 2, 3)"/>');
    expect(colors.style).toBe(':root{--c0:#ffffff}@media (prefers-color-scheme:dark){:root{--c0:#000000}}');
  });

  it('names a pair of colours once, over all figures', () => {
    const colors = new ThemedColors();
    colors.merge('<a fill="#ffffff"/>', '<a fill="#000000"/>');
    const merged = colors.merge('<b fill="#ffffff" stroke="#ffffff"/>', '<b fill="#000000" stroke="rgb(9,9,9)"/>');
    expect(merged).toBe('<b fill="var(--c0)" stroke="var(--c1)"/>');
  });

  it('is refused for two drawings that differ in more', () => {
    const merge = (light: string, dark: string) => () => new ThemedColors().merge(light, dark);
    expect(merge('<a x="1" fill="#ffffff"/>', '<a x="2" fill="#000000"/>')).toThrow('more than its colours');
    expect(merge('<a fill="#ffffff"/>', '<a fill="#ffffff" stroke="#000000"/>')).toThrow('more than its colours');
  });
});

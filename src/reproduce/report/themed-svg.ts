import { invariant } from '../../base/index.ts';

const color = /#[0-9a-f]{6}\b|\brgb\(\d+, ?\d+, ?\d+\)/g;

/**
 * Puts the light and the dark drawing of a figure into one, which takes half the place: where their colours differ stands a
 * variable of the page's style.
 */
export class ThemedColors {
  readonly #names = new Map<string, string>();

  /** One drawing for both themes. They differ in colours only: anything else is a defect (`INTERNAL`). */
  merge(light: string, dark: string): string {
    const darkColors = dark.match(color) ?? [];
    let at = 0;
    const merged = light.replaceAll(color, (own) => {
      const other = darkColors[at++];
      return own === other || other === undefined ? own : `var(--${this.#name(own, other)})`;
    });
    invariant(light.replaceAll(color, '') === dark.replaceAll(color, ''), 'a figure differs in more than its colours');
    return merged;
  }

  /** The style that gives the variables their colours. */
  get style(): string {
    const declare = (theme: 0 | 1): string =>
      [...this.#names].map(([pair, name]) => `--${name}:${pair.split(' / ')[theme]!}`).join(';');
    return `:root{${declare(0)}}@media (prefers-color-scheme:dark){:root{${declare(1)}}}`;
  }

  #name(light: string, dark: string): string {
    const pair = `${light} / ${dark}`;
    const name = this.#names.get(pair) ?? `c${this.#names.size}`;
    this.#names.set(pair, name);
    return name;
  }
}

import { figureThemes } from '../../../src/figures/index.ts';
import type { FigureTheme, ThemeName } from '../../../src/figures/index.ts';

const storageKey = 'thalweg.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** Light or dark: the system's choice until the reader makes one, which is remembered. */
class Theme {
  #chosen = $state<ThemeName | null>(remembered());
  #system = $state<ThemeName>(system.matches ? 'dark' : 'light');
  readonly name: ThemeName = $derived(this.#chosen ?? this.#system);
  readonly figure: FigureTheme = $derived(figureThemes[this.name]);

  constructor() {
    system.addEventListener('change', () => (this.#system = system.matches ? 'dark' : 'light'));
  }

  toggle(): void {
    const next = this.name === 'dark' ? 'light' : 'dark';
    this.#chosen = next === this.#system ? null : next;
    if (this.#chosen) localStorage.setItem(storageKey, this.#chosen);
    else localStorage.removeItem(storageKey);
  }
}

function remembered(): ThemeName | null {
  const name = localStorage.getItem(storageKey);
  return name === 'light' || name === 'dark' ? name : null;
}

export const theme = new Theme();

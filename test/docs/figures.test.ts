import { describe, expect, it } from 'vitest';
import { figureChoices } from '../../src/contract/index.ts';
import { figureCatalogue } from '../../src/figures/index.ts';
import { readPage } from './markdown.ts';

const page = readPage('docs/figures.md');
/** The cells of the table below a heading, without its head. */
const tableBelow = (heading: string): string[][] =>
  page
    .split(`## ${heading}\n`)[1]!
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
const orDash = (words: readonly string[]): string => words.join(', ') || '–';

describe('the page of figures', () => {
  it('has every figure of the catalogue, with what it shows and takes', () => {
    const expected = Object.entries(figureCatalogue).map(([id, { group, title, rows, choices }]) => [
      `\`${id}\``,
      group,
      title,
      orDash(rows),
      orDash(choices.map((choice) => `\`${choice}\``)),
    ]);
    expect(tableBelow('Which figures there are')).toEqual(expected);
  });

  it('has every choice of a reader', () => {
    expect(tableBelow('What a reader may choose').map(([name]) => name)).toEqual(
      figureChoices.map((choice) => `\`${choice}\``),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { seriesCatalogue } from '../../src/contract/index.ts';
import { studies } from '../../src/studies/index.ts';
import { readPage } from './markdown.ts';

describe('the page on the method', () => {
  const lines = readPage('docs/method.md').split('\n');
  const rowsOfTable = lines.filter((line) => line.startsWith('|'));

  it.each(Object.entries(seriesCatalogue))('says how %s is computed, under its row', (name, { row }) => {
    const mentions = rowsOfTable.filter((line) => line.includes(`\`${name}\``));
    expect(mentions).toHaveLength(1);
    if (row !== null) expect(mentions[0]).toContain(`| ${row} `);
  });

  it('has every row that a study measures, and so has the README', () => {
    const readme = readPage('README.md');
    for (const row of new Set(studies.flatMap((study) => study.rows))) {
      expect(
        rowsOfTable.some((line) => line.startsWith(`| ${row} `)),
        row,
      ).toBe(true);
      expect(readme, row).toContain(`| ${row} `);
    }
  });
});

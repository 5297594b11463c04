import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quantityKinds } from '../../src/contract/index.ts';
import { readPage, root } from './markdown.ts';

/** The table rows below a heading of the second level. */
const tableBelow = (page: string, heading: string): string[] =>
  page
    .split(`\n## ${heading}\n`)[1]!
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('|'));

/** Why a row of the table of traps names no test; null where its file has a test of that name. */
function problemOf(row: string): string | null {
  const [, file, title] = /\[(test\/[^\]]+)\]\([^)]*\): “([^”]+)”/.exec(row) ?? [];
  if (file === undefined || title === undefined) return `no test in: ${row}`;
  if (!existsSync(join(root, file))) return `there is no ${file}`;
  return readPage(file).includes(title) ? null : `${file} has no test “${title}”`;
}

describe('the page on other tools', () => {
  const page = readPage('docs/tools.md');

  it.each(quantityKinds)('has the command that measures %s', (kind) => {
    const commands = tableBelow(page, 'Quantities').filter((row) =>
      new RegExp(`thalweg measure [^\`]*--quantity ${kind}[ \`]`).test(row),
    );
    expect(commands.length).toBeGreaterThan(0);
  });

  it('names a test for each trap', () => {
    const [, , ...rows] = tableBelow(page, 'Traps');
    expect(rows.length).toBeGreaterThan(25);
    expect(rows.map(problemOf).filter((problem) => problem !== null)).toEqual([]);
  });

  it('is found to be wrong where it names none', () => {
    expect(problemOf('| trap | choice | nowhere |')).toContain('no test in');
    expect(problemOf('| trap | choice | [test/no.test.ts](../test/no.test.ts): “a” |')).toBe(
      'there is no test/no.test.ts',
    );
    const file = 'test/linop/estimate.test.ts';
    expect(problemOf(`| trap | choice | [${file}](../${file}): “no such test” |`)).toBe(
      `${file} has no test “no such test”`,
    );
  });
});

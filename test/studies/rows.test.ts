import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { papers } from '../../src/studies/papers/index.ts';
import { rows, type Row } from '../../src/studies/rows.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = join(root, 'docs', 'rows.md');

const parts = {
  experiments: papers.flatMap(({ experiments }) =>
    experiments.flatMap(({ id, rows: own }) => own.map((row) => ({ id, row }))),
  ),
  pictures: papers.flatMap(({ figures, tables }) => [...figures, ...tables]),
  claims: papers.flatMap(({ claims }) => claims),
};
const idsOf = (of: readonly { readonly id: string; readonly row: string }[], row: Row): string[] =>
  of.filter((part) => part.row === row.id).map(({ id }) => id);

const heading = `# Rows

Every quantity that the five papers measure, by the identifier that code, studies, claims, figures and tests share: where it is
trained, drawn, judged, computed and tested. This page is made from the code
(\`UPDATE_ROWS=1 npx vitest run --config test/vitest.config.ts --project unit test/studies/rows.test.ts\`), and a test fails when a row has none.
`;

function pageText(): string {
  const link = (path: string): string => `[${path.split('/').at(-1)!}](../${path})`;
  const names = (ids: readonly string[]): string => ids.map((id) => `\`${id}\``).join('<br>');
  const lines = rows.map((row) =>
    [
      row.id,
      row.title,
      names(idsOf(parts.experiments, row)),
      names(idsOf(parts.pictures, row)),
      names(idsOf(parts.claims, row)),
      row.code.map(link).join('<br>'),
      row.tests.map(link).join('<br>'),
    ].join(' | '),
  );
  const head = ['row', 'what', 'experiments', 'figures and tables', 'claims', 'code', 'tests'];
  const table = [head.join(' | '), head.map(() => '---').join(' | '), ...lines].map((line) => `| ${line} |`).join('\n');
  return `${heading}\n${table}\n`;
}

test('the page of rows is the one that the code gives (UPDATE_ROWS=1 rewrites it)', async () => {
  const text = await format(pageText(), { parser: 'markdown', printWidth: 120 });
  if (process.env['UPDATE_ROWS']) writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});

describe.each(rows.map((row) => [row.id, row] as const))('row %s', (_, row) => {
  test('has an experiment, a figure or table, and a claim', () => {
    expect(idsOf(parts.experiments, row)).not.toEqual([]);
    expect(idsOf(parts.pictures, row)).not.toEqual([]);
    expect(idsOf(parts.claims, row)).not.toEqual([]);
  });

  test('has code and tests that exist', () => {
    for (const path of [...row.code, ...row.tests]) expect(existsSync(join(root, path)), path).toBe(true);
    expect(row.code.length).toBeGreaterThan(0);
    expect(row.tests.length).toBeGreaterThan(0);
  });
});

describe('the parts of papers', () => {
  test('belong to rows that there are', () => {
    const known = new Set(rows.map(({ id }) => id));
    const named = [...parts.experiments, ...parts.pictures, ...parts.claims].map(({ row }) => row);
    expect(named.filter((row) => !known.has(row))).toEqual([]);
  });

  test('have identifiers of their own, which begin with a row or the letter of the paper', () => {
    for (const { letter, experiments, claims, figures, tables } of papers) {
      const ids = [...experiments, ...claims, ...figures, ...tables].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => id.startsWith(`${letter}-`))).toBe(true);
      for (const { id, row } of [...claims, ...figures, ...tables]) expect(id.startsWith(`${row}.`), id).toBe(true);
    }
  });

  test('need experiments, and show claims, that there are', () => {
    for (const { experiments, claims, figures, tables } of papers) {
      const known = experiments.map(({ id }) => id);
      for (const { id, needs } of [...claims, ...figures, ...tables])
        for (const need of needs) expect(known, `${id} needs ${need}`).toContain(need);
      for (const { claims: shown, id } of [...figures, ...tables])
        for (const claim of shown)
          expect(
            claims.map((each) => each.id),
            `${id} shows ${claim}`,
          ).toContain(claim);
    }
  });

  test('each claim is shown by a figure or table', () => {
    const shown = new Set(parts.pictures.flatMap(({ claims }) => claims));
    expect(parts.claims.filter(({ id }) => !shown.has(id)).map(({ id }) => id)).toEqual([]);
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { converterFamilies } from '../../src/onnx/index.ts';
import { skips } from '../onnx/skips.ts';

const page = new URL('../../docs/onnx.md', import.meta.url);

/** Operators of each family, with the first version where it is not 1. */
function operatorTable(): string {
  const rows = Object.entries(converterFamilies).map(([family, table]) => {
    const names = Object.entries(table).map(
      ([name, [first]]) => `\`${name}\`${first!.since > 1 ? ` ${first!.since}` : ''}`,
    );
    return `| ${family} | ${names.sort().join(', ')} |`;
  });
  return ['| family | operators |', '| --- | --- |', ...rows].join('\n');
}

const skipTable = (): string =>
  [
    '| what | reason |',
    '| --- | --- |',
    ...skips.map(({ part, reason }) => `| ${part === 'test' ? 'the tests' : 'derivatives'} | ${reason} |`),
  ].join('\n');

const between = (text: string, name: string, content: string): string =>
  text.replace(
    new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`),
    () => `<!-- ${name} -->\n\n${content}\n\n<!-- /${name} -->`,
  );

it('docs/onnx.md lists the operators that are converted and the tests that are skipped (UPDATE_SCHEMA=1 writes them)', async () => {
  const text = readFileSync(page, 'utf8');
  const filled = between(between(text, 'operators', operatorTable()), 'skips', skipTable());
  const expected = await format(filled, { ...(await resolveConfig(fileURLToPath(page))), parser: 'markdown' });
  if (process.env['UPDATE_SCHEMA']) writeFileSync(page, expected);
  expect(readFileSync(page, 'utf8')).toBe(expected);
});

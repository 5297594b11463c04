import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { sweepJsonSchema } from '../../src/contract/index.ts';
import { planSweep, readSweep } from '../../src/sweep/index.ts';
import { readPage, root } from '../docs/markdown.ts';
import { sweepFile } from './support.ts';

const schemaFile = join(root, 'docs/schema/sweep.schema.json');
const page = readPage('docs/sweeps.md');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);

/** Every key that a sweep file can have, at any depth. */
function schemaKeys(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, ...rest } = schema as { properties?: Record<string, unknown> };
  const inner = [...Object.values(properties), ...Object.values(rest)];
  return [...Object.keys(properties), ...inner.flatMap(schemaKeys)];
}

describe('the documentation of sweeps', () => {
  it('has the JSON schema that the code checks (UPDATE_SCHEMA=1 rewrites it)', async () => {
    const schema = sweepJsonSchema();
    if (process.env['UPDATE_SCHEMA'])
      writeFileSync(schemaFile, await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 }));
    expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(schema);
  });

  it('has examples that can be planned', () => {
    const plans = examples.map((text) => planSweep(readSweep(sweepFile(text))));
    expect(
      plans.map(({ name, cells, runs, leftOut }) => [name, cells.length, runs.length, leftOut.constraints]),
    ).toEqual([
      ['lr-bs', 9, 45, 0],
      ['search', 38, 76, 10],
      ['rates', 27, 54, 0],
    ]);
  });

  it('mentions every key', () => {
    const keys = new Set(schemaKeys(sweepJsonSchema()));
    expect(keys.size).toBeGreaterThan(25);
    for (const key of keys) expect(page, key).toContain(key);
  });

  it('shows the file that lies among the examples', () => {
    const example = readFileSync(join(root, 'docs/examples/lr-bs.yaml'), 'utf8');
    expect(example.endsWith(examples[0]!)).toBe(true);
  });
});

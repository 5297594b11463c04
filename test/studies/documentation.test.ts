import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { specificationJsonSchema } from '../../src/contract/index.ts';
import { resolveSpecification } from '../../src/studies/index.ts';

const documentation = new URL('../../docs/', import.meta.url);
const schemaFile = new URL('schema/specification.schema.json', documentation);
const page = readFileSync(new URL('specification.md', documentation), 'utf8');
const example = /```yaml\n([\s\S]*?)```/.exec(page)![1]!;

/** Every key that a specification can have, at any depth. */
function schemaKeys(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, ...rest } = schema as { properties?: Record<string, unknown> };
  return [
    ...Object.keys(properties),
    ...Object.values(properties).flatMap(schemaKeys),
    ...Object.values(rest).flatMap(schemaKeys),
  ];
}

describe('the JSON schema for editors', () => {
  it('in the documentation is the one that the code checks (UPDATE_SCHEMA=1 rewrites it)', async () => {
    const schema = specificationJsonSchema();
    if (process.env['UPDATE_SCHEMA']) {
      writeFileSync(schemaFile, await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 }));
    }
    expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(schema);
  });

  it('describes variants and defaults', () => {
    expect(specificationJsonSchema()).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      required: ['data', 'model', 'optimizer', 'duration'],
      additionalProperties: false,
      properties: {
        seed: { default: 1 },
        optimizer: {
          oneOf: expect.arrayContaining([expect.objectContaining({ additionalProperties: false })]) as unknown,
        },
      },
    });
  });
});

describe('the documentation of specifications', () => {
  it('has an example that is a valid specification', () => {
    const folder = mkdtempSync(join(tmpdir(), 'thalweg-documentation-'));
    const target = join(folder, 'example.yaml');
    writeFileSync(target, example);
    const specification = resolveSpecification({ target });
    rmSync(folder, { recursive: true });
    expect(specification).toMatchObject({ seed: 7, data: { name: 'mnist-1d' }, duration: '2 epochs' });
    expect(specification.probes.map(({ kind }) => kind)).toEqual(['interpolation', 'gradient-cosine', 'distance']);
  });

  it('has a specification with changes of the update rule that is valid', () => {
    const text = /```\n(data: [\s\S]*?changes:[\s\S]*?)```/.exec(page)![1]!;
    const folder = mkdtempSync(join(tmpdir(), 'thalweg-documentation-'));
    const target = join(folder, 'noise.yaml');
    writeFileSync(target, text);
    const set = /--set '(changes[^']*)'/.exec(page)![1]!;
    const [plain, slower] = [[], [set]].map((sets) => resolveSpecification({ target, sets }));
    rmSync(folder, { recursive: true });
    expect(plain!.changes.map(({ optimizer }) => optimizer.name)).toEqual(['sgd']);
    expect(slower!.changes.map(({ at, optimizer }) => [at, optimizer.name, optimizer.learningRate])).toEqual([
      ['20000 iterations', 'gd', 0.01],
    ]);
  });

  it('mentions every key', () => {
    const keys = new Set(schemaKeys(specificationJsonSchema()));
    expect(keys.size).toBeGreaterThan(20);
    for (const key of keys) expect(page, key).toContain(key);
  });
});

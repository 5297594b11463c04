import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { specificationSchema } from '../../src/contract/index.ts';
import { scales, studies } from '../../src/studies/index.ts';
import { discriminatorOf, fieldKind, keysOf, renamed, withoutDefaults } from '../../web/src/lib/steer/schema.ts';
import type { SchemaNode } from '../../web/src/lib/steer/schema.ts';
import { exchanged, parseField, replaced, wordsOf, writeField } from '../../web/src/lib/steer/values.ts';

const schema = z.toJSONSchema(specificationSchema, { io: 'input' }) as SchemaNode;
const node = (...path: string[]): SchemaNode =>
  path.reduce((at, key) => (/^\d+$/.test(key) ? at.oneOf![Number(key)]! : at.properties![key]!), schema);

describe('the form of a specification', () => {
  it('has a kind of field for every key of the schema', () => {
    const kinds = Object.keys(schema.properties!).map((key) => [key, fieldKind(node(key))]);
    expect(Object.fromEntries(kinds)).toEqual({
      study: 'text',
      scale: 'choice',
      name: 'text',
      seed: 'number',
      start: 'number',
      data: 'variants',
      initial: 'mapping',
      model: 'variants',
      loss: 'variants',
      optimizer: 'variants',
      changes: 'entries',
      duration: 'text',
      evaluate: 'text',
      probes: 'entries',
      checkpoints: 'mapping',
      onNonFinite: 'choice',
      device: 'choice',
      threads: 'mixed',
    });
    expect(fieldKind(node('optimizer', '0', 'learningRate'))).toBe('alternatives');
    expect(fieldKind(node('optimizer', '5', 'box'))).toBe('list');
    expect(fieldKind(node('optimizer', '0', 'nesterov'))).toBe('switch');
    expect(fieldKind(node('model', '0', 'hidden'))).toBe('list');
  });

  it('asks for the keys of the variant that is chosen', () => {
    const { key, names } = discriminatorOf(node('optimizer'));
    expect([key, names]).toEqual(['name', ['sgd', 'gd', 'adam', 'rmsprop', 'sam', 'langevin']]);
    const keys = keysOf(node('optimizer'), { name: 'sam' }).map(([name]) => name);
    expect(keys).toContain('rho');
    expect(keys).not.toContain('name');
    expect(keysOf(node('optimizer'), { name: 'nothing' })).toEqual([]);
  });

  it('keeps what another variant knows too', () => {
    const sgd = { name: 'sgd', learningRate: 0.3, batchSize: 10, momentum: 0.9 };
    expect(renamed(node('optimizer'), sgd, 'gd')).toEqual({ name: 'gd', learningRate: 0.3, momentum: 0.9 });
    expect(renamed(node('optimizer'), undefined, 'adam')).toEqual({ name: 'adam' });
  });

  it('loses nothing of any study when it leaves out what the defaults say', () => {
    for (const study of studies) {
      for (const scale of scales) {
        const whole = specificationSchema.parse(study.specification(scale));
        const brief = withoutDefaults(schema, whole);
        expect(specificationSchema.parse(brief), `${study.name} ${scale}`).toEqual(whole);
        expect(JSON.stringify(brief).length).toBeLessThan(JSON.stringify(whole).length);
      }
    }
  });

  it('keeps keys that nobody knows, to be found wrong', () => {
    const wrong = { optimizer: { name: 'sgd', bathSize: 5 }, extra: 1, probes: 'none' };
    expect(withoutDefaults(schema, wrong)).toEqual(wrong);
  });
});

describe('what is typed into a field', () => {
  it.each([
    ['number', '0.5', 0.5],
    ['number', '1e-3', 0.001],
    ['number', ' 7 ', 7],
    ['number', 'seven', 'seven'],
    ['number', '', undefined],
    ['text', '7', '7'],
    ['switch', 'true', true],
    ['switch', 'false', false],
    ['choice', 'relu', 'relu'],
    ['list', '64, 32', [64, 32]],
    ['list', '[64,x]', [64, 'x']],
    ['list', '[]', []],
    ['mixed', 'all', 'all'],
    ['mixed', '100', 100],
    ['mixed', '1, 2', [1, 2]],
  ] as const)('as %s: %j means %j', (kind, text, value) => {
    expect(parseField(kind, text)).toEqual(value);
    expect(parseField(kind, writeField(value))).toEqual(value);
  });

  it('goes to its place, and takes it away again', () => {
    const root = { a: { b: [1, { c: 2 }] } };
    expect(replaced(root, ['a', 'b', 1, 'c'], 3)).toEqual({ a: { b: [1, { c: 3 }] } });
    expect(replaced(root, ['a', 'b', 0], undefined)).toEqual({ a: { b: [{ c: 2 }] } });
    expect(replaced(root, ['x', 'y'], 1)).toEqual({ ...root, x: { y: 1 } });
    expect(replaced(root, ['a'], undefined)).toEqual({});
    expect(root).toEqual({ a: { b: [1, { c: 2 }] } });
    expect(exchanged([1, 2, 3], 1, 2)).toEqual([1, 3, 2]);
    expect(wordsOf('learningRate')).toBe('Learning rate');
  });
});

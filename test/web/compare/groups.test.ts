import { describe, expect, it } from 'vitest';
import { figureThemes } from '../../../src/figures/index.ts';
import { differencesOf } from '../../../web/src/lib/compare/differences.ts';
import { chosenKeys, groupRuns, looksOf, lookOf } from '../../../web/src/lib/compare/groups.ts';
import { comparedKeys, runKey, settingKeys } from '../../../web/src/lib/compare/keys.ts';
import { searchRuns, seedsOf } from '../../../web/src/lib/compare/search.ts';
import { comparedRun, listEntry } from './made-up.ts';

const rate = 'optimizer.learningRate';
const batch = 'optimizer.batchSize';
/** Two seeds of each of three rates and two batch sizes. */
const runs = [1, 0.01, 0.1].flatMap((learningRate) =>
  [128, 32].flatMap((batchSize) =>
    [1, 2].map((seed) =>
      comparedRun(`r${learningRate}-b${batchSize}-s${seed}`, {
        seed,
        name: `of seed ${seed}`,
        'model.name': 'mlp',
        [rate]: learningRate,
        [batch]: batchSize,
      }),
    ),
  ),
);
const keys = comparedKeys(runs);
const unchosen = { color: undefined, line: undefined };

describe('keys of specifications', () => {
  it('offers those that differ first, learning rate and batch size before others', () => {
    expect(keys.map(({ key }) => key)).toEqual([rate, batch, 'name', 'seed', 'model.name']);
    expect(keys[0]!.values).toEqual([0.01, 0.1, 1]);
  });

  it('does not take seed, start and name for settings', () => {
    expect(settingKeys(keys).map(({ key }) => key)).toEqual([rate, batch]);
  });
});

describe('groups of runs', () => {
  it('stand for the first two keys that differ, in the order of their values, seeds together', () => {
    const grouping = groupRuns(runs, keys, chosenKeys(unchosen, keys));
    expect(grouping.groups.map(({ label, runs: { length } }) => `${label} N=${length}`)).toEqual([
      '0.01 · 32 N=2',
      '0.01 · 128 N=2',
      '0.1 · 32 N=2',
      '0.1 · 128 N=2',
      '1 · 32 N=2',
      '1 · 128 N=2',
    ]);
    expect(grouping.mixed).toEqual([]);
  });

  it('take the place of a key that the reader chose, and say what they mix', () => {
    const grouping = groupRuns(runs, keys, chosenKeys({ color: batch, line: null }, keys));
    expect(grouping.groups.map(({ label }) => label)).toEqual(['32', '128']);
    expect(grouping.mixed).toEqual([rate]);
    expect(chosenKeys({ color: batch, line: undefined }, keys)).toEqual({ color: batch, line: rate });
  });

  it('hold each run for itself when they are asked to, and all together where nothing differs', () => {
    expect(groupRuns(runs, keys, { color: runKey, line: null }).groups).toHaveLength(runs.length);
    const alike = runs.slice(0, 2);
    const together = groupRuns(alike, comparedKeys(alike), chosenKeys(unchosen, comparedKeys(alike)));
    expect(together.groups.map(({ label }) => label)).toEqual(['all runs']);
  });

  it('keep runs without a value apart', () => {
    const some = [comparedRun('a', { x: 1 }), comparedRun('b', {})];
    const { groups } = groupRuns(some, comparedKeys(some), { color: 'x', line: null });
    expect(groups.map(({ label, color }) => [label, color])).toEqual([
      ['none', null],
      ['1', 1],
    ]);
  });
});

describe('looks of groups', () => {
  const looks = (color: string | null, line: string | null, theme = figureThemes.light) =>
    looksOf(groupRuns(runs, keys, { color, line }), theme);

  it('take the ends of the sequence for the smallest and largest rate, and dashes for batch sizes', () => {
    const { coloring, colors, dashes } = looks(rate, batch);
    const { sequence } = figureThemes.light;
    expect(coloring).toBe('sequence');
    expect([colors.get('0.01'), colors.get('1')]).toEqual([sequence[0], sequence.at(-1)]);
    expect([...dashes]).toEqual([
      ['32', undefined],
      ['128', '7 3'],
    ]);
  });

  it('repeat categories as dashes where nothing else has them', () => {
    const { coloring, dashesOf, dashes } = looks('model.name', null);
    expect([coloring, dashesOf, dashes.size]).toEqual(['categories', 'color', 1]);
  });

  it('stay the same when the keys of the other kind are few or too many', () => {
    const many = Array.from({ length: 9 }, (_, index) => comparedRun(`r${index}`, { text: `t${index}`, a: index }));
    const grouping = groupRuns(many, comparedKeys(many), { color: 'text', line: 'a' });
    const { coloring, dashesOf } = looksOf(grouping, figureThemes.dark);
    expect([coloring, dashesOf]).toEqual(['sequence', 'nothing']);
    expect(
      new Set(grouping.groups.map((group) => lookOf(looksOf(grouping, figureThemes.dark), group).color)).size,
    ).toBe(9);
  });

  it.each(['light', 'dark'] as const)('have at least 3 : 1 against the background, %s', (name) => {
    const theme = figureThemes[name];
    const many = Array.from({ length: 40 }, (_, index) => comparedRun(`r${index}`, { a: index }));
    const { colors } = looksOf(groupRuns(many, comparedKeys(many), { color: 'a', line: null }), theme);
    const found = [...colors.values(), ...theme.categories].map((color) => contrast(color, theme.background));
    expect(Math.min(...found)).toBeGreaterThanOrEqual(3);
  });
});

describe('finding runs', () => {
  it('takes the language of the list of runs', () => {
    const entry = listEntry('a');
    const listed = runs.map((run) => ({
      ...run,
      entry: { ...entry, id: run.id, specification: run.specification, testAccuracy: 0.9, tags: [`b${run.id[2]}`] },
    }));
    const found = (search: string) => searchRuns(listed, search).runs.map(({ id }) => id);
    expect(found('learningRate<0.1 B32')).toEqual(['r0.01-b32-s1', 'r0.01-b32-s2']);
    expect(found('seed:2 -learningRate=1 batchSize>=128 testAccuracy>0.5')).toEqual(['r0.01-b128-s2', 'r0.1-b128-s2']);
    expect(found('')).toHaveLength(runs.length);
    expect(found('nowhere')).toEqual([]);
    const wrong = searchRuns(listed, 'lerningRate=1 b32');
    expect(wrong.problems).toEqual([expect.stringContaining('did you mean "learningRate"?')]);
    expect(wrong.runs).toHaveLength(6);
    expect(searchRuns(runs, 'r1').runs).toEqual([]);
  });

  it('finds the other seeds of a run', () => {
    expect(seedsOf([runs[0]!], runs).map(({ id }) => id)).toEqual([runs[1]!.id]);
  });

  it('tells only the keys that differ', () => {
    expect(differencesOf(runs.slice(0, 2), comparedKeys(runs.slice(0, 2)))).toEqual([
      { key: 'name', values: ['of seed 1', 'of seed 2'] },
      { key: 'seed', values: [1, 2] },
    ]);
  });
});

/** WCAG 2: `(L₁ + 0.05) / (L₂ + 0.05)` of relative luminances. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((first, second) => first - second) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

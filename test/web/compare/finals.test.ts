import { describe, expect, it } from 'vitest';
import { finalsOf, sortFinals } from '../../../web/src/lib/compare/finals.ts';
import { groupRuns } from '../../../web/src/lib/compare/groups.ts';
import { comparedKeys } from '../../../web/src/lib/compare/keys.ts';
import { comparedRun, listEntry } from './made-up.ts';

const entry = listEntry('a');
const run = (id: string, rate: number, testAccuracy: number | null) =>
  comparedRun(id, { rate }, { ...entry, id, testAccuracy });
const runs = [run('a', 0.1, 0.8), run('b', 0.1, 0.9), run('c', 0.1, 1), run('d', 1, 0.5), run('e', 2, null)];
const { groups } = groupRuns(runs, comparedKeys(runs), { color: 'rate', line: null });
const accuracy = (band: Parameters<typeof finalsOf>[1]) =>
  finalsOf(groups, band).map(({ figures }) => figures.get('testAccuracy'));

describe('final figures of groups', () => {
  it('are means with the band that was chosen', () => {
    // s = 0.1 for 0.8, 0.9, 1.0; t of 2 degrees of freedom at 97.5 % is 4.302653 (tables).
    const { mean, reach, count, notFinite } = accuracy('deviation')[0]!;
    expect(mean).toBeCloseTo(0.9);
    expect(reach).toBeCloseTo(0.1);
    expect([count, notFinite]).toEqual([3, 0]);
    expect(accuracy('error')[0]!.reach).toBeCloseTo(0.1 / Math.sqrt(3));
    expect(accuracy('interval')[0]!.reach).toBeCloseTo((4.302653 * 0.1) / Math.sqrt(3), 5);
    expect(accuracy('none')[0]!.reach).toBeNull();
  });

  it('have no band of one run, and nothing of a group without the figure', () => {
    expect(accuracy('deviation').slice(1)).toEqual([{ mean: 0.5, reach: null, count: 1, notFinite: 0 }, null]);
  });

  it('say how many values no mean can have', () => {
    const some = [run('a', 1, 0.5), run('b', 1, NaN), run('c', 1, 0.7)];
    const [row] = finalsOf(groupRuns(some, comparedKeys(some), { color: null, line: null }).groups, 'deviation');
    const { mean, count, notFinite } = row!.figures.get('testAccuracy')!;
    expect(mean).toBeCloseTo(0.6);
    expect([count, notFinite]).toEqual([2, 1]);
  });

  it('are sorted in both directions, groups without the figure last', () => {
    const labels = (descending: boolean) =>
      sortFinals(finalsOf(groups, 'deviation'), { key: 'testAccuracy', descending }).map(({ group }) => group.label);
    expect(labels(true)).toEqual(['0.1', '1', '2']);
    expect(labels(false)).toEqual(['1', '0.1', '2']);
  });
});

import { describe, expect, it } from 'vitest';
import { figureThemes } from '../../../src/figures/index.ts';
import { buildPicture, lineLook } from '../../../web/src/lib/compare/build-picture.ts';
import { groupRuns, looksOf } from '../../../web/src/lib/compare/groups.ts';
import { comparedKeys } from '../../../web/src/lib/compare/keys.ts';
import { nearestTo } from '../../../web/src/lib/compare/nearest.ts';
import { noneOffScale } from '../../../web/src/lib/compare/picture.ts';
import { addCounts, marksOf, marksText, verticalAxis } from '../../../web/src/lib/compare/picture.ts';
import type { PictureCurve } from '../../../web/src/lib/compare/picture.ts';
import { smoothed } from '../../../web/src/lib/compare/smoothing.ts';
import { comparedRun, curveData, listEntry } from './made-up.ts';

const curve = (data = curveData(1, 2), changes: Partial<PictureCurve> = {}): PictureCurve => ({
  group: 0,
  run: 'a',
  data,
  color: '#000000',
  dash: undefined,
  width: 1,
  opacity: 1,
  band: null,
  counts: null,
  marks: [],
  found: true,
  ...changes,
});
const picture = (yScale: 'linear' | 'log', ...curves: PictureCurve[]) =>
  ({ curves, xScale: 'linear', yScale, counts: noneOffScale, leftOut: 0 }) as const;

describe('values without a height', () => {
  it('are marked where they were measured, NaN beside the curve; a break is no value', () => {
    expect(marksOf(curveData(NaN, 1, null, Infinity, -Infinity, NaN, 2), 'linear')).toEqual([
      { kind: 'notANumber', x: 0, beside: 1 },
      { kind: 'infinite', x: 3, beside: 1 },
      { kind: 'negativeInfinite', x: 4, beside: 1 },
      { kind: 'notANumber', x: 5, beside: 1 },
    ]);
    expect(marksOf(curveData(NaN), 'linear')).toEqual([{ kind: 'notANumber', x: 0, beside: null }]);
  });

  it('are also zeros and negatives, on a logarithmic axis only', () => {
    expect(marksOf(curveData(1, 0, -2), 'log').map(({ kind, x }) => [kind, x])).toEqual([
      ['notPositive', 1],
      ['notPositive', 2],
    ]);
    expect(marksOf(curveData(1, 0, -2), 'linear')).toEqual([]);
  });

  it('are counted in words', () => {
    const counts = addCounts({ ...noneOffScale, notANumber: 1 }, { ...noneOffScale, notPositive: 1200 });
    expect(marksText({ counts, leftOut: 0, yScale: 'log' })).toEqual([
      '1 value is NaN (×, where the curve was last)',
      '1,200 values are ≤ 0 (○ at the lower edge), which a logarithmic axis cannot show',
    ]);
    expect(marksText({ counts, leftOut: 0, yScale: 'linear' })).toHaveLength(1);
    expect(marksText({ counts: noneOffScale, leftOut: 1, yScale: 'log' })[0]).toContain('At 1 place (×)');
  });
});

describe('the vertical axis', () => {
  it('reaches over what is in the window, bands included, with air', () => {
    const band = { lower: Float64Array.of(-9, 0, 0), upper: Float64Array.of(9, 4, 4) };
    const { domain } = verticalAxis(picture('linear', curve(curveData(1, 2, NaN), { band })), [1, 5]);
    expect([domain[0], domain[1]]).toEqual([expect.closeTo(-0.24), expect.closeTo(4.24)]);
  });

  it('is not stretched by zeros or by lower ends of bands when it is logarithmic', () => {
    const band = { lower: Float64Array.of(1e-9, -1), upper: Float64Array.of(10, 1000) };
    const { domain } = verticalAxis(picture('log', curve(curveData(10, 0), { band })), [0, 1]);
    expect(domain[0]).toBeGreaterThan(5);
    expect(Math.log10(domain[1])).toBeCloseTo(3.12);
  });

  it('has limits where there is nothing', () => {
    expect(verticalAxis(picture('linear'), [0, 1]).domain).toEqual([0, 1]);
    expect(verticalAxis(picture('log', curve(curveData(-1))), [0, 1]).domain).toEqual([0.1, 1]);
  });
});

describe('the curve at the cursor', () => {
  const placing = { x: (v: number) => 10 * v, y: (v: number) => 10 * v, valueOfX: (p: number) => p / 10 };

  it('is the nearest one, with its nearest value', () => {
    const curves = [curve(curveData(0, 0, 0)), curve(curveData(5, 5, 5), { run: 'b' })];
    expect(nearestTo(curves, placing, [11, 38], 24)).toMatchObject({ curve: { run: 'b' }, row: 1 });
  });

  it('is found between two values that are far apart', () => {
    const far = { ...curveData(0, 10), x: Float64Array.of(0, 100) };
    const { row, distance } = nearestTo([curve(far)], placing, [400, 42], 24)!;
    expect(row).toBe(0);
    expect(distance).toBeCloseTo(2, 0);
  });

  it('is none where none is near, at a break, or where a curve is not to be found', () => {
    expect(nearestTo([curve(curveData(5, 5))], placing, [5, 5], 24)).toBeNull();
    expect(nearestTo([curve(curveData(null, null))], placing, [0, 0], 24)).toBeNull();
    expect(nearestTo([curve(curveData(0, 0), { found: false })], placing, [0, 0], 24)).toBeNull();
  });

  it('does not bridge a break', () => {
    expect(nearestTo([curve(curveData(0, null, 0))], placing, [10, 0], 4)).toBeNull();
  });
});

describe('smoothing', () => {
  it('is the weighted mean of the values before, without a bias to the first one', () => {
    const [a, b, c] = smoothed([1, 2, 4], 0.5);
    expect([a, b, c]).toEqual([1, expect.closeTo((0.5 + 2) / 1.5), expect.closeTo((0.25 + 1 + 4) / 1.75)]);
  });

  it('leaves out what is not finite, and leaves it in its place', () => {
    expect([...smoothed([1, NaN, Infinity, 1], 0.9)]).toEqual([1, NaN, Infinity, expect.closeTo(1)]);
  });
});

describe('what a panel draws', () => {
  const entry = listEntry('a');
  const runs = ['a', 'b', 'c'].map((id, index) => comparedRun(id, { rate: index < 2 ? 0.1 : 1, seed: index }, entry));
  const grouping = groupRuns(runs, comparedKeys(runs), { color: 'rate', line: null });
  const looks = looksOf(grouping, figureThemes.light);
  const window = { ...curveData(1, 2), counts: { ...noneOffScale, notANumber: 1 }, inWindow: 2, first: 0, last: 1 };
  const mean = {
    data: curveData(1.5, 2.5),
    band: { lower: Float64Array.of(1, 2), upper: Float64Array.of(2, 3) },
    counts: Float64Array.of(2, 2),
    leftOut: Float64Array.of(0, 1),
  };
  const data = {
    windows: new Map(runs.map(({ id }) => [id, window])),
    means: new Map([['0.1', mean]]),
    problems: new Map<string, string>(),
    extent: [0, 1] as const,
  };
  const usual = { drawing: 'mean', hidden: [], smoothing: 0, xScale: 'linear', yScale: 'linear' } as const;
  const build = (changes: object, all = grouping) =>
    buildPicture(all, looks, data, { ...usual, ...changes }, figureThemes.light);
  const drawn = (changes: object) => build(changes).curves.map(({ run, group }) => `${run ?? 'mean'} ${group}`);

  it('is the mean of a group of several runs, and the run of a group of one', () => {
    expect(drawn({})).toEqual(['c 1', 'mean 0']);
    expect(drawn({ drawing: 'runs' })).toEqual(['a 0', 'b 0', 'c 1']);
    expect(drawn({ drawing: 'both' })).toEqual(['a 0', 'b 0', 'c 1', 'mean 0']);
  });

  it('leaves out groups that are switched off, whose colours nobody else takes', () => {
    const [shown] = build({ hidden: ['0.1'] }).curves;
    expect(drawn({ hidden: ['0.1'] })).toEqual(['c 1']);
    expect(shown!.color).toBe(looks.colors.get('1'));
  });

  it('keeps the measured curve behind the smoothed one', () => {
    const { curves } = build({ smoothing: 0.5 });
    expect(curves).toHaveLength(4);
    expect(curves[0]!.opacity).toBeLessThan(curves[2]!.opacity);
    expect([...curves[0]!.data.y]).toEqual([1, 2]);
    expect(curves[2]).toMatchObject({ found: false, band: null });
  });

  it('counts each value without a height once', () => {
    expect(build({}).counts.notANumber).toBe(1);
    expect(build({ drawing: 'both' }).counts.notANumber).toBe(3);
  });

  it('marks where a mean leaves out a run, once', () => {
    const { leftOut, curves } = build({});
    expect([leftOut, curves.at(-1)!.marks]).toEqual([1, [{ kind: 'notANumber', x: 1, beside: 2.5 }]]);
    expect(build({ drawing: 'both' }).leftOut).toBe(0);
  });

  it('is the run that is left of a group, though it was one of several', () => {
    const without = runs.map((run) => (run.id === 'b' ? { ...run, entry: null } : run));
    const again = groupRuns(without, comparedKeys(without), { color: 'rate', line: null });
    const alone = { ...data, windows: new Map([['a', window]]), means: new Map<string, typeof mean>() };
    const { curves } = buildPicture(again, looks, alone, usual, figureThemes.light);
    expect(curves.map(({ run }) => run)).toEqual(['a']);
  });

  it('shows in grey what was loaded of a run that is gone', () => {
    const without = runs.map((run) => (run.id === 'c' ? { ...run, entry: null } : run));
    const again = groupRuns(without, comparedKeys(without), { color: 'rate', line: null });
    expect(build({}, again).curves.find(({ run }) => run === 'c')!.color).toBe(figureThemes.light.muted);
  });

  it('draws many lines thinner and fainter, but never not at all', () => {
    expect(lineLook(5)).toEqual({ width: 1.5, opacity: 1 });
    const thousand = lineLook(1000);
    expect(thousand.width).toBeLessThan(1);
    expect(thousand.opacity).toBeGreaterThan(0.1);
  });
});

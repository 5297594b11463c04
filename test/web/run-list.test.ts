import { describe, expect, it } from 'vitest';
import { newestFirst, type RunListEntry } from '../../src/contract/index.ts';
import { rowWindow } from '../../web/src/lib/row-window.ts';
import {
  columnTitle,
  formatValue,
  isNumeric,
  nextOrder,
  readColumns,
  readOrder,
  writeOrder,
} from '../../web/src/lib/run-columns.ts';
import { applyRunListEvent } from '../../web/src/lib/run-list-event.ts';

const run = (id: string, created: string, note = ''): RunListEntry => ({ id, created, note }) as RunListEntry;

describe('the list after an event', () => {
  const list = [run('c', '2025-03'), run('b', '2025-02'), run('a', '2025-01')];

  it('is what the first one says', () => {
    expect(applyRunListEvent([run('x', '2020')], { type: 'runs', runs: list })).toBe(list);
  });

  it('has new runs in their place, changed ones once, and none that are gone', () => {
    const changed = [run('b', '2025-02', 'changed'), run('new', '2025-04')];
    const next = applyRunListEvent(list, { type: 'changed', runs: changed, removed: ['c', 'unknown'] });
    expect(next.map(({ id, note }) => id + note)).toEqual(['new', 'bchanged', 'a']);
    expect(list).toHaveLength(3);
  });
});

describe('columns', () => {
  it('have titles in words, and the key where words would be ambiguous', () => {
    expect(columnTitle('trainLoss')).toBe('Training loss');
    expect(columnTitle('optimizer.learningRate')).toBe('Learning rate');
    expect(columnTitle('optimizer.name')).toBe('optimizer.name');
    expect(columnTitle('probes.0.every')).toBe('probes.0.every');
    expect(columnTitle('toString')).toBe('toString');
  });

  it('show shares as per cent, counts with groups, and settings as they were written', () => {
    expect(formatValue('testAccuracy', 0.5)).toBe('50.0 %');
    expect(formatValue('parameters', 12345)).toBe('12,345');
    expect(formatValue('optimizer.learningRate', 0.03)).toBe('0.03');
    expect(formatValue('optimizer.nesterov', true)).toBe('yes');
    expect(formatValue('note', null)).toBe('–');
    expect([isNumeric('trainLoss'), isNumeric('progress'), isNumeric('study')]).toEqual([true, false, false]);
  });

  it('stand in the address in their order, each once', () => {
    expect(readColumns(null)).toBeNull();
    expect(readColumns('')).toEqual([]);
    expect(readColumns('seed,,status,seed')).toEqual(['seed', 'status']);
  });

  it('are sorted one way, then the other, times from the newest', () => {
    expect(readOrder(null, newestFirst)).toBe(newestFirst);
    expect(readOrder('-', newestFirst)).toBe(newestFirst);
    for (const text of ['trainLoss', '-optimizer.learningRate'])
      expect(writeOrder(readOrder(text, newestFirst))).toBe(text);
    const first = nextOrder(newestFirst, 'trainLoss');
    expect(first).toEqual({ key: 'trainLoss', descending: false });
    expect(nextOrder(first, 'trainLoss')).toEqual({ key: 'trainLoss', descending: true });
    expect(nextOrder(first, 'updated')).toEqual({ key: 'updated', descending: true });
  });
});

describe('the rows in sight', () => {
  it.each([
    [2000, 50, 300, 1000],
    [2000, 50, -40_000, 1000],
    [2000, 50, -99_500, 1000],
    [2000, 50, -500_000, 1000],
    [2000, 50, 5000, 1000],
    [3, 50, 300, 1000],
    [0, 50, 300, 1000],
  ])('of %i rows of %i px at %i px in a window of %i px are drawn, and few others', (count, height, top, view) => {
    const { first, end } = rowWindow(count, height, top, view);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(count);
    expect(end - first).toBeLessThanOrEqual(view / height + 45);
    expect(end).toBeGreaterThanOrEqual(first);
    for (let row = 0; row < count; row++) {
      const [upper, lower] = [top + row * height, top + (row + 1) * height];
      if (lower > 0 && upper < view) expect(row >= first && row < end).toBe(true);
    }
  });
});

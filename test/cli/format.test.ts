import { describe, expect, it } from 'vitest';
import {
  commandLine,
  formatAge,
  formatBytes,
  formatClock,
  formatNumber,
  formatShare,
  shellWord,
} from '../../src/cli/format.ts';
import { formatPairs, formatTable } from '../../src/cli/table.ts';

describe('numbers', () => {
  it.each([
    [null, '–'],
    [0, '0'],
    [1.23456, '1.235'],
    [12345.6, '12350'],
    [-0.00012344, '-0.0001234'],
    [0.00001, '1.000e-5'],
    [1e6, '1.000e+6'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
  ])('%s reads as %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it('shares are per cent', () => {
    expect(formatShare(0.98765)).toBe('98.77 %');
    expect(formatShare(null)).toBe('–');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [9_912_422, '9.9 MB'],
    [47_040_016, '47 MB'],
  ])('%s bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('times', () => {
  it.each([
    [0.4, '0:00'],
    [59.6, '1:00'],
    [754, '12:34'],
    [3600, '1:00:00'],
    [10_921, '3:02:01'],
  ])('%s seconds are %s', (seconds, text) => expect(formatClock(seconds)).toBe(text));

  it.each([
    ['2026-01-02T11:59:30Z', 'now'],
    ['2026-01-02T11:55:00Z', '5 min ago'],
    ['2026-01-02T09:00:00Z', '3 h ago'],
    ['2025-12-21T12:00:00Z', '12 d ago'],
  ])('%s is %s', (time, text) => expect(formatAge(time, new Date('2026-01-02T12:00:00Z'))).toBe(text));
});

describe('commands to copy', () => {
  it('quote what a shell would split or expand', () => {
    expect(shellWord('runs/a-1.json')).toBe('runs/a-1.json');
    expect(shellWord("it's $HOME")).toBe(`'it'\\''s $HOME'`);
    expect(commandLine(['show', 'r1'], 'my runs')).toBe("thalweg show r1 --runs 'my runs'");
  });
});

describe('a table', () => {
  const rows = [
    { name: 'a', size: 1, note: 'first' },
    { name: 'longer', size: 200, note: '' },
  ];
  const columns = [
    { title: 'name', value: (row: (typeof rows)[0]) => row.name },
    { title: 'size', value: (row: (typeof rows)[0]) => String(row.size), align: 'right' as const, expendable: 1 },
    { title: 'note', value: (row: (typeof rows)[0]) => row.note, expendable: 2 },
  ];

  it('is aligned, without spaces at the ends of lines', () => {
    expect(formatTable(columns, rows)).toBe('name    size  note\na          1  first\nlonger   200');
  });

  it('loses its most expendable columns first, and then cuts lines off', () => {
    expect(formatTable(columns, rows, 14)).toBe('name    size\na          1\nlonger   200');
    expect(formatTable(columns, rows, 8)).toBe('name\na\nlonger');
    expect(formatTable(columns, rows, 4)).toBe('name\na\nlon…');
  });

  it('of pairs puts the values below each other', () => {
    expect(
      formatPairs([
        ['a', '1'],
        ['bcd', '2'],
        ['', '3'],
      ]),
    ).toBe('  a    1\n  bcd  2\n       3');
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { userFrame } from '../../src/ops/origin.ts';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const trace = (...places: string[]): string =>
  ['Error: Add', ...places.map((place) => `    at build (${place})`)].join('\n');

describe('the place of user code in a stack trace', () => {
  it('is the first one outside of the library', () => {
    const stack = trace(
      `${source}/ops/apply.ts:40:18`,
      `${source}/nn/linear.ts:9:1`,
      '/home/me/walk.ts:3:7',
      '/home/me/main.ts:1:1',
    );
    expect(userFrame(stack)).toBe('/home/me/walk.ts:3:7');
  });

  it('may lie in folders that are named as those of the library', () => {
    expect(
      userFrame(trace(`file://${source}/ops/apply.ts:40:18`, 'file:///home/me/my%20walk/src/ops/graph.ts:3:7')),
    ).toBe('/home/me/my walk/src/ops/graph.ts:3:7');
  });

  it('is not in a package', () => {
    expect(userFrame(trace('/home/me/node_modules/vitest/dist/run.js:1:1', '/home/me/walk.ts:3:7'))).toBe(
      '/home/me/walk.ts:3:7',
    );
  });

  it('is that of the layer when the trace ends within the library', () => {
    expect(userFrame(trace(`${source}/ops/apply.ts:40:18`, `${source}/nn/linear.ts:9:1`))).toBe(
      `${source}/nn/linear.ts:9:1`,
    );
  });

  it('is read without parentheses and with the drive of Windows', () => {
    expect(userFrame('Error\n    at file:///C:/walks/a.ts:1:2')).toBe('C:/walks/a.ts:1:2');
  });

  it('is unknown where no line has a place', () => {
    expect(userFrame(undefined)).toBeUndefined();
    expect(userFrame('Error: Add\n    at <anonymous>\n    at node:internal/main:1:1')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { parseIdxImages, parseIdxLabels } from '../../src/data/core/idx.ts';
import { idxBytes } from './support.ts';

const where = { subject: 'mnist', path: 'F' };
const bytesOf = (buffer: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(buffer);
const images = (magic: number, sizes: number[], elements: number[]) =>
  parseIdxImages(bytesOf(idxBytes(magic, sizes, elements)), where);
const labels = (magic: number, sizes: number[], elements: number[]) =>
  parseIdxLabels(bytesOf(idxBytes(magic, sizes, elements)), 10, where);

describe('an IDX file of images', () => {
  it('gives count, rows, columns and the pixels in row-major order', () => {
    const parsed = images(2051, [2, 1, 3], [1, 2, 3, 4, 5, 255]);
    expect(parsed).toMatchObject({ count: 2, rows: 1, columns: 3 });
    expect([...parsed.pixels]).toEqual([1, 2, 3, 4, 5, 255]);
  });

  it('is refused with another magic', () => {
    expect(() => images(17, [1, 1, 1], [0])).toThrow('mnist: expected magic 2051 in F, got 17');
  });

  it('is refused when it is truncated, naming expected and actual bytes', () => {
    expect(() => images(2051, [2, 1, 3], [1, 2, 3, 4, 5])).toThrow('mnist: expected 22 bytes in F, got 21 bytes');
  });

  it('is refused when something follows the last image', () => {
    expect(() => images(2051, [1, 1, 1], [1, 2])).toThrow('expected 17 bytes in F, got 18 bytes');
  });

  it.each([0, 3, 15])('is refused when it has only %i bytes', (length) => {
    const bytes = bytesOf(idxBytes(2051, [1, 1, 1], [0])).slice(0, length);
    expect(() => parseIdxImages(bytes, where)).toThrow(`expected a header of 16 bytes in F, got ${length} bytes`);
  });

  it('with absurd sizes in its header is refused before memory is taken for them', () => {
    expect(() => images(2051, [0xffffffff, 0xffff, 0xffff], [1])).toThrow(/expected \d+ bytes in F, got 17 bytes/);
  });
});

describe('an IDX file of labels', () => {
  it('gives the labels', () => {
    expect([...labels(2049, [3], [9, 0, 4])]).toEqual([9, 0, 4]);
  });

  it('is refused with a label outside the classes, naming the first such example', () => {
    expect(() => labels(2049, [4], [9, 0, 10, 37])).toThrow(
      'mnist: expected labels from 0 to 9 in F, got 10 for example 2',
    );
  });

  it('is refused when it is an image file', () => {
    expect(() => labels(2051, [1, 1, 1], [1])).toThrow('expected magic 2049 in F, got 2051');
  });
});

import { describe, expect, it } from 'vitest';
import { specificationSchema } from '../../src/contract/index.ts';
import { catalogueEntry, dataCatalogue } from '../../src/data/index.ts';

describe('the catalogue', () => {
  it('lists every data set that a specification can name', () => {
    const named = specificationSchema.shape.data.options.map((option) => option.shape.name.value);
    expect(dataCatalogue.map((entry) => entry.name).toSorted()).toEqual(named.toSorted());
  });

  it('has files, checksums and mirrors for exactly the sets that are published', () => {
    for (const entry of dataCatalogue) {
      const isPublished = entry.origin === 'published';
      expect(entry.files.length > 0, entry.name).toBe(isPublished);
      expect(entry.mirrors.length > 0, entry.name).toBe(isPublished);
      for (const { checksum } of [...entry.files, ...entry.forms]) {
        if (checksum === null) continue;
        expect(checksum.value).toMatch(checksum.algorithm === 'sha256' ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{32}$/);
      }
      for (const mirror of entry.mirrors) expect(mirror).toMatch(/^https?:\/\/.*\/$/);
    }
  });

  it('suggests the nearest name for an unknown one', () => {
    expect(() => catalogueEntry('mnits')).toThrow('data: no data set "mnits", did you mean "mnist"?');
  });
});

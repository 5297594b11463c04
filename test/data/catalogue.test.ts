import { describe, expect, it } from 'vitest';
import { specificationSchema } from '../../src/contract/index.ts';
import { catalogueEntry, dataCatalogue } from '../../src/data/index.ts';

describe('the catalogue', () => {
  it('lists every data set that a specification can name', () => {
    const named = specificationSchema.shape.data.options.map((option) => option.shape.name.value);
    expect(dataCatalogue.map((entry) => entry.name).toSorted()).toEqual(named.toSorted());
  });

  it('has files, checksums and mirrors for exactly the sets that are not generated', () => {
    for (const entry of dataCatalogue) {
      expect(entry.files.length > 0, entry.name).toBe(!entry.generated);
      expect(entry.mirrors.length > 0, entry.name).toBe(!entry.generated);
      for (const file of entry.files) expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
      for (const mirror of entry.mirrors) expect(mirror).toMatch(/^https:\/\/.*\/$/);
    }
  });

  it('suggests the nearest name for an unknown one', () => {
    expect(() => catalogueEntry('mnits')).toThrow('data: no data set "mnits", did you mean "mnist"?');
  });
});

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { quantityKinds, seriesNames } from '../../src/contract/index.ts';
import { probeSchema } from '../../src/contract/specification/probe.ts';
import { figureCatalogue, figureIds } from '../../src/figures/index.ts';
import { measureCommand, probeSnippet, recorderOf, recordersOf } from '../../web/src/lib/probe-advice.ts';

const kinds = probeSchema.options.map((option) => option.shape.kind.value);

describe('advice on probes', () => {
  it('knows a series of every probe, and no other probe', () => {
    expect(new Set(seriesNames.map(recorderOf).filter((kind) => kind !== null))).toEqual(new Set(kinds));
  });

  it('names no probe only for what every run records', () => {
    const without = seriesNames.filter((name) => recorderOf(name) === null);
    expect(without).toEqual([
      'batch.loss',
      'learningRate',
      'train.loss',
      'train.accuracy',
      'validation.loss',
      'validation.accuracy',
      'test.loss',
      'test.accuracy',
      'gradient.norm',
    ]);
  });

  it('has a probe for every figure outside of plain training', () => {
    for (const id of figureIds) {
      const { group, needs, shows } = figureCatalogue[id];
      if (group !== 'training') expect(recordersOf([...needs, ...shows]), id).not.toEqual([]);
    }
  });

  it('gives lines that a specification takes', () => {
    const { probes } = parse(probeSnippet(kinds)) as { probes: unknown[] };
    expect(probes.map((probe) => probeSchema.parse(probe).kind)).toEqual(kinds);
  });

  it('gives a command for the quantities among probes', () => {
    expect(measureCommand('run-1', kinds)).toBe(
      `thalweg measure run-1 --quantity ${kinds.filter((kind) => quantityKinds.some((q) => q === kind)).join(',')} --at last`,
    );
    expect(measureCommand('run-1', ['interpolation', 'distance'])).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { evaluationSubset, gatherBatch, selectExamples, type ExampleSet } from '../../src/data/index.ts';

/** Example `i` has inputs `10 i, 10 i + 1` and label `i`. */
const set = (count: number): ExampleSet => ({
  inputs: Float32Array.from({ length: 2 * count }, (_, index) => 10 * Math.floor(index / 2) + (index % 2)),
  labels: Uint8Array.from({ length: count }, (_, index) => index),
  count,
});

describe('a gathered batch', () => {
  it('has the rows and int64 labels of the indices, in their order', () => {
    const batch = gatherBatch(set(5), [3, 0, 3]);
    expect([...batch.inputs]).toEqual([30, 31, 0, 1, 30, 31]);
    expect([...batch.labels]).toEqual([3n, 0n, 3n]);
  });

  it('goes into the buffers that are given', () => {
    const out = gatherBatch(set(5), [0, 1]);
    expect(gatherBatch(set(5), Uint32Array.of(4, 2), out)).toBe(out);
    expect([...out.inputs]).toEqual([40, 41, 20, 21]);
    expect([...out.labels]).toEqual([4n, 2n]);
  });

  it('refuses buffers of another size and examples outside the set', () => {
    const out = gatherBatch(set(5), [0, 1]);
    expect(() => gatherBatch(set(5), [0, 1, 2], out)).toThrow(
      'gatherBatch of 3 examples of 2 into 4 inputs and 2 labels',
    );
    expect(() => gatherBatch(set(5), [5])).toThrow('gatherBatch of example 5 of 5');
  });
});

describe('a selection', () => {
  it('is a set with the type of labels it came from', () => {
    const wide: ExampleSet = { ...set(3), labels: Int32Array.of(7, 300, 9) };
    const chosen = selectExamples(wide, Uint32Array.of(1, 0));
    expect(chosen).toEqual({ inputs: Float32Array.of(10, 11, 0, 1), labels: Int32Array.of(300, 7), count: 2 });
  });
});

describe('an evaluation subset', () => {
  it('is the beginning of a seeded permutation', () => {
    const first = evaluationSubset(set(100), 10, 1);
    expect(first.count).toBe(10);
    expect(new Set(first.labels).size).toBe(10);
    expect([...first.inputs.filter((_, index) => index % 2 === 0)]).toEqual(
      Array.from(first.labels, (label) => 10 * label),
    );
    expect(evaluationSubset(set(100), 20, 1).labels.slice(0, 10)).toEqual(first.labels);
    expect(evaluationSubset(set(100), 10, 2).labels).not.toEqual(first.labels);
  });

  it('is the set itself when all examples are asked for', () => {
    const examples = set(4);
    expect(evaluationSubset(examples, 4, 1)).toBe(examples);
  });

  it('cannot have more examples than the set', () => {
    expect(() => evaluationSubset(set(4), 5, 1)).toThrow(
      'evaluation examples: expected 1 to 4, the examples of the set, got 5',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { atSeveralPoints, combinations, simplify, type AtPoints } from '../../src/autodiff/index.ts';
import { hostTensor, randomStream, toFloat64, type HostTensor } from '../../src/base/index.ts';
import { graphOrder, type Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import { expectClose } from '../support/close.ts';
import { forAll } from '../support/property.ts';
import { composedGraph, floatInputs, type RandomGraph } from '../support/random-graph.ts';

type Values = Readonly<Record<string, HostTensor>>;

const weights = [
  [1, 0, 0],
  [0, 0, 1],
  [1, 0.3, -0.2],
  [0.2, 0.5, 0.1],
];
const nameOf = (source: Tensor): string => source.attributes['name'] as string;

/** Small changes of each source, so that combinations stay where functions are defined. */
function otherTerms(sources: readonly Tensor[], values: Values): Values[] {
  return [1, 2].map((seed) => {
    const stream = randomStream(seed, 'terms');
    return Object.fromEntries(
      sources.map((source) => {
        const near = toFloat64(values[nameOf(source)]!).map((value) => 0.9 * value + 0.05 * stream.uniform());
        return [nameOf(source), hostTensor('float64', source.shape, near)];
      }),
    );
  });
}

/** The graph of all combinations, and what it is given. */
function combined(output: Tensor, sources: readonly Tensor[], values: Values, others: readonly Values[]) {
  const terms = [values, ...others];
  const moving = new Map<Tensor, AtPoints>(
    sources.map((source) => [
      source,
      { kind: 'mixed', images: terms.map((_, index) => ops.input(`${nameOf(source)}.${index}`, source)) },
    ]),
  );
  const shape = [weights.length, terms.length];
  const [points] = atSeveralPoints([output], moving, combinations(ops.input('w', { dtype: 'float64', shape })));
  const renamed = terms.flatMap((term, index) =>
    sources.map((source) => [`${nameOf(source)}.${index}`, term[nameOf(source)]!] as const),
  );
  const given: Values = {
    ...values,
    ...Object.fromEntries(renamed),
    w: hostTensor('float64', shape, weights.flat()),
  };
  return { points: points!, given, terms };
}

/** `output` where the sources are `Σ_j w_j·terms[j]`, by an evaluation of its own. */
function valueAt(output: Tensor, values: Values, terms: readonly Values[], row: readonly number[]): Float64Array {
  const moved = Object.entries(terms[1]!).map(([name, { shape, data }]) => {
    const sum = Array.from(data as Float64Array, (_, element) =>
      terms.reduce((total, term, j) => total + row[j]! * Number(term[name]!.data[element]), 0),
    );
    return [name, hostTensor('float64', shape, sum)];
  });
  return ops.interpret([output], { ...values, ...(Object.fromEntries(moved) as Values) })[0]!.data;
}

function expectEqualCombinations({ output, values }: RandomGraph, sources: readonly Tensor[]): void {
  const { points, given, terms } = combined(output, sources, values, otherTerms(sources, values));
  for (const [index, result] of ops.interpret(points, given).entries()) {
    const row = weights[index]!;
    const tolerance = row[0] === 1 && row[1] === 0 ? {} : { relative: 1e-9, absolute: 1e-9 };
    expectClose(result.data, valueAt(output, values, terms, row), tolerance, `weights ${row.join()}`);
  }
}

describe('values at combinations', () => {
  it('of random graphs are those of separate evaluations, whichever inputs move', () => {
    forAll(
      composedGraph('float64'),
      (graph) => {
        const movable = floatInputs(graph);
        expectEqualCombinations(graph, movable);
        expectEqualCombinations(graph, movable.slice(0, 1));
      },
      60,
    );
  });

  it('share the first layer: one product for each term, whatever the number of points', () => {
    const x = ops.input('x', { dtype: 'float64', shape: [3, 4] });
    const [w, b] = [
      ops.input('w1', { dtype: 'float64', shape: [2, 4] }),
      ops.input('b1', { dtype: 'float64', shape: [2] }),
    ];
    const images = (source: Tensor): AtPoints => ({
      kind: 'mixed',
      images: [0, 1, 2].map((index) => ops.input(`${nameOf(source)}.${index}`, source)),
    });
    const moving = new Map([w, b].map((source) => [source, images(source)]));
    const hidden = ops.relu(ops.linear(x, w, b));
    const mixing = combinations(ops.input('w', { dtype: 'float64', shape: [7, 3] }));
    const [points] = atSeveralPoints([hidden], moving, mixing);
    const outputs = Object.fromEntries(points!.map((point, index) => [String(index), point]));
    const operators = graphOrder(simplify({ inputs: {}, outputs })).map(({ operator }) => operator);
    expect(operators.filter((operator) => operator === 'MatMul' || operator === 'Gemm')).toHaveLength(3);
    expect(operators.filter((operator) => operator === 'Relu')).toHaveLength(7);
  });

  it('of a sum with a constant are not taken for a mixture, as weights need not sum to 1', () => {
    const w = ops.input('w1', { dtype: 'float64', shape: [] });
    const terms = [2, 3].map((_, index) => ops.input(`t${index}`, w));
    const mixing = combinations(ops.input('w', { dtype: 'float64', shape: [1, 2] }));
    const moving = new Map<Tensor, AtPoints>([[w, { kind: 'mixed', images: terms }]]);
    const [points] = atSeveralPoints([ops.add(w, 10)], moving, mixing);
    const scalar = (value: number): HostTensor => hostTensor('float64', [], [value]);
    const given = { t0: scalar(2), t1: scalar(3), w: hostTensor('float64', [1, 2], [1, 1]) };
    expect(ops.interpret(points!, given)[0]!.data[0]).toBe(15);
  });
});

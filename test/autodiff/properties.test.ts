import { describe, expect, it } from 'vitest';
import { simplify } from '../../src/autodiff/index.ts';
import { graphKey, graphOrder } from '../../src/graph/index.ts';
import { operatorNames, verify } from '../../src/ops/index.ts';
import { expectClose, inner, norm } from '../support/close.ts';
import {
  differenceQuotient,
  direction,
  evaluate,
  firstDerivatives,
  gathered,
  secondDerivatives,
  type DerivativeGraph,
} from '../support/derivatives.ts';
import { forAll } from '../support/property.ts';
import { builderNames, composedGraph, operatorGraph, smoothOperators, type RandomGraph } from '../support/random-graph.ts';
import { recipes } from '../support/recipes.ts';

const operatorRuns = 25;

/** `⟨u, Jv⟩ = ⟨Jᵀu, v⟩`, relative to the norms; where the derivative cancels to nothing, to those of u and v. */
function expectAdjoint(derivatives: DerivativeGraph, relative: number): void {
  const { forward, ...results } = evaluate(derivatives) as Record<string, Float64Array> & { forward: Float64Array };
  const [u, v, reverse] = [direction('u', derivatives), direction('v', derivatives), gathered('reverse', results)];
  const scale = norm(u) * norm(forward) + norm(reverse) * norm(v) + 1e-3 * norm(u) * norm(v);
  expectClose([inner(u, forward)], [inner(reverse, v)], { absolute: relative * scale }, '⟨u, Jv⟩ against ⟨Jᵀu, v⟩');
}

/** Jv against differences of values; false where there is a kink between the points. */
function expectDifferences(derivatives: DerivativeGraph, values: readonly string[], forward: string): boolean {
  const results = evaluate(derivatives);
  const quotient = differenceQuotient(derivatives, values);
  if (!quotient) return false;
  const actual = results[forward] ?? gathered(forward, results);
  expectClose(
    actual,
    quotient.values,
    { relative: 1e-7, absolute: quotient.uncertainty },
    `${forward} against central differences`,
  );
  return true;
}

/** `vᵀ(Hu) = uᵀ(Hv)` */
function expectSymmetric(derivatives: DerivativeGraph): void {
  const results = evaluate(derivatives);
  const [u, v, Hu, Hv] = [
    direction('u', derivatives),
    direction('v', derivatives),
    gathered('Hu', results),
    gathered('Hv', results),
  ];
  const scale = norm(v) * norm(Hu) + norm(u) * norm(Hv) + 1e-3 * norm(u) * norm(v);
  expectClose([inner(v, Hu)], [inner(u, Hv)], { absolute: 1e-9 * scale }, 'vᵀ(Hu) against uᵀ(Hv)');
}

const gradientNames = ({ graph }: DerivativeGraph): string[] =>
  Object.keys(graph.outputs).filter((name) => name.startsWith('gradient'));

/** Simplification keeps every value and is done at once; both graphs are well typed. */
function expectSimplifiable({ graph, values }: DerivativeGraph): void {
  verify(graph);
  const simple = simplify(graph);
  verify(simple);
  const [before, after] = [evaluate({ graph, values }), evaluate({ graph: simple, values })];
  for (const [name, expected] of Object.entries(before))
    expectClose(after[name]!, expected, { relative: 1e-9, absolute: 1e-9 }, `simplified ${name}`);
  const again = simplify(simple);
  // Products that were joined with a sum may show one more common part.
  if (graphOrder(simple).some((tensor) => tensor.operator === 'Gemm'))
    expect(graphOrder(again).length).toBeLessThanOrEqual(graphOrder(simple).length);
  else expect(graphKey(again)).toBe(graphKey(simple));
}

it('every operator has a recipe for random graphs, which uses it', () => {
  expect(Object.keys(recipes).sort()).toEqual(operatorNames());
  for (const operator of operatorNames()) {
    let uses = 0;
    forAll(
      operatorGraph(operator, 'float64'),
      ({ output }) =>
        void (uses += Number(
          graphOrder({ inputs: {}, outputs: { output } }).some((tensor) => tensor.operator === operator),
        )),
      20,
    );
    expect(uses, operator).toBeGreaterThanOrEqual(5);
  }
});

describe.each([...operatorNames(), ...builderNames])('derivatives of %s', (operator) => {
  const graphs = operatorGraph(operator, 'float64');

  it('forward and reverse are adjoint', () =>
    forAll(graphs, (graph) => expectAdjoint(firstDerivatives(graph), 1e-9), operatorRuns));

  it.runIf([...smoothOperators, ...builderNames].includes(operator))('agree with differences, first and second', () => {
    forAll(
      graphs,
      (graph) => expect(expectDifferences(firstDerivatives(graph), ['y'], 'forward')).toBe(true),
      operatorRuns,
    );
    forAll(
      graphs,
      (graph) => {
        const second = secondDerivatives(graph);
        expect(expectDifferences(second, gradientNames(second), 'Hv')).toBe(true);
      },
      10,
    );
  });

  it('have a symmetric Hessian', () => forAll(graphs, (graph) => expectSymmetric(secondDerivatives(graph)), 10));

  it('can be simplified', () => {
    forAll(graphs, (graph) => expectSimplifiable(firstDerivatives(graph)), 10);
    forAll(graphs, (graph) => expectSimplifiable(secondDerivatives(graph)), 5);
  });
});

describe('derivatives of random compositions', () => {
  const graphs = composedGraph('float64');
  const finite = (graph: RandomGraph): boolean =>
    evaluate(firstDerivatives(graph))['y']!.every((value) => Math.abs(value) < 1e6);

  it('forward and reverse are adjoint', () =>
    forAll(graphs, (graph) => expectAdjoint(firstDerivatives(graph), 1e-9), 150));

  it('agree with differences, first and second, wherever there is no kink between the points', () => {
    let [smooth, all] = [0, 0];
    forAll(
      graphs.filter(finite),
      (graph) => {
        const [first, second] = [firstDerivatives(graph), secondDerivatives(graph)];
        const both = [
          expectDifferences(first, ['y'], 'forward'),
          expectDifferences(second, gradientNames(second), 'Hv'),
        ];
        smooth += both.filter(Boolean).length;
        all += 2;
      },
      100,
    );
    expect(smooth / all).toBeGreaterThan(0.7);
  });

  it('have a symmetric Hessian', () => forAll(graphs, (graph) => expectSymmetric(secondDerivatives(graph)), 100));

  it('can be simplified', () => forAll(graphs, (graph) => expectSimplifiable(secondDerivatives(graph)), 60));
});

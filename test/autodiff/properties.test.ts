import { describe, expect, it } from 'vitest';
import { graphOrder } from '../../src/graph/index.ts';
import { operatorNames } from '../../src/ops/index.ts';
import { evaluate, firstDerivatives, secondDerivatives } from '../support/derivatives.ts';
import {
  expectAdjoint,
  expectDifferences,
  expectSimplifiable,
  expectSymmetric,
  gradientNames,
  testDerivatives,
} from '../support/derivative-properties.ts';
import { forAll } from '../support/property.ts';
import { composedGraph, operatorGraph, type RandomGraph } from '../support/random-graph.ts';
import { recipes } from '../support/recipes.ts';

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

describe.each(operatorNames())('derivatives of %s', (operator) => testDerivatives(operator));

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

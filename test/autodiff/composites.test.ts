import { describe, expect, it } from 'vitest';
import { definitionOf, expandComposites, operatorNames } from '../../src/ops/index.ts';
import { expectClose } from '../support/close.ts';
import {
  differenceQuotient,
  evaluate,
  firstDerivatives,
  gathered,
  secondDerivatives,
  type DerivativeGraph,
} from '../support/derivatives.ts';
import { forAll } from '../support/property.ts';
import { composedGraph, operatorGraph, type RandomGraph } from '../support/random-graph.ts';

const composites = operatorNames().filter((operator) => definitionOf(operator).kind === 'composite');

/** The same graph of primitive operators. */
const decomposed = (graph: RandomGraph): RandomGraph => ({ ...graph, output: expandComposites([graph.output])[0]! });

/** All outputs of both agree; a derivative that cancels to nothing is compared with the largest one. */
function expectSame(actual: DerivativeGraph, expected: DerivativeGraph): void {
  const [left, right] = [evaluate(actual), evaluate(expected)];
  const largest = Math.max(...Object.values(right).map((values) => Math.max(...values.map(Math.abs))));
  for (const [name, values] of Object.entries(right))
    expectClose(left[name]!, values, { relative: 1e-9, absolute: 1e-9 * largest }, name);
}

describe.each(composites)('the composite operator %s', (operator) => {
  const graphs = operatorGraph(operator, 'float64');

  it('has the reverse rule of its decomposition', () => {
    forAll(graphs, (graph) => expectSame(firstDerivatives(graph), firstDerivatives(decomposed(graph))), 50);
  });

  it('has the second derivatives of its decomposition', () => {
    forAll(graphs, (graph) => expectSame(secondDerivatives(graph), secondDerivatives(decomposed(graph))), 30);
  });

  it('can be differentiated behind another composite operator', () => {
    const stacks = composedGraph('float64', [operator, 'Sin', 'Mul']).filter(({ output }) => output.rank >= 2);
    forAll(
      stacks,
      (graph) => {
        const second = secondDerivatives(graph);
        const quotient = differenceQuotient(
          second,
          Object.keys(second.graph.outputs).filter((name) => name.startsWith('gradient')),
        );
        expect(quotient).toBeDefined();
        expectClose(
          gathered('Hv', evaluate(second)),
          quotient!.values,
          { relative: 1e-7, absolute: quotient!.uncertainty },
          'Hv',
        );
      },
      40,
    );
  });
});

it('there is a composite operator', () => expect(composites).toContain('BatchNormalizationTraining'));

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simplify } from '../../src/autodiff/index.ts';
import { messageOf } from '../../src/base/index.ts';
import { operatorNames } from '../../src/ops/index.ts';
import type { Backend } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { expectClose, inner, norm } from '../support/close.ts';
import {
  direction,
  evaluate,
  firstDerivatives,
  gathered,
  secondDerivatives,
  type DerivativeGraph,
} from '../support/derivatives.ts';
import { forAllAsync } from '../support/property.ts';
import { builderNames, composedGraph, operatorGraph, type RandomGraph } from '../support/random-graph.ts';
import { expectSameAsInterpreter, runOn } from '../support/runtime.ts';

let cpu: Backend;
beforeAll(async () => (cpu = await createOrtBackend({ device: 'cpu', threads: 1 })));
afterAll(() => cpu.close());

/** False for the rare composition whose values are so large that float32 has no digits left for them. */
const moderate = (graph: RandomGraph): boolean =>
  Object.values(evaluate(secondDerivatives(graph))).every((values) => norm(values) < 1e4);

const valueOf = ({ inputs, values, output }: RandomGraph): DerivativeGraph => ({
  graph: { inputs, outputs: { y: output } },
  values,
});

/** `⟨u, Jv⟩ = ⟨Jᵀu, v⟩` as the runtime computes both. */
async function expectAdjoint(derivatives: DerivativeGraph, relative: number): Promise<void> {
  const results = await runOn(cpu, derivatives);
  const [u, v, reverse] = [direction('u', derivatives), direction('v', derivatives), gathered('reverse', results)];
  const forward = results['forward']!;
  const scale = norm(u) * norm(forward) + norm(reverse) * norm(v) + 1e-3 * norm(u) * norm(v);
  expectClose([inner(u, forward)], [inner(reverse, v)], { absolute: relative * scale }, '⟨u, Jv⟩ against ⟨Jᵀu, v⟩');
}

describe.each([...operatorNames(), ...builderNames])('%s in float32', (operator) => {
  const graphs = operatorGraph(operator, 'float32');

  it('has the value of its reference kernel', () =>
    forAllAsync(graphs, (graph) => expectSameAsInterpreter(cpu, valueOf(graph), 1e-5), 12));

  it('has adjoint derivatives equal to the reference', () =>
    forAllAsync(
      graphs,
      async (graph) => {
        await expectAdjoint(firstDerivatives(graph), 1e-4);
        await expectSameAsInterpreter(cpu, firstDerivatives(graph), 1e-4);
      },
      6,
    ));
});

describe('random compositions in float32', () => {
  const graphs = composedGraph('float32').filter(moderate);

  it('have the values and adjoint derivatives of the reference', () =>
    forAllAsync(
      graphs,
      async (graph) => {
        await expectAdjoint(firstDerivatives(graph), 1e-4);
        await expectSameAsInterpreter(cpu, firstDerivatives(graph), 1e-4);
      },
      100,
    ));

  it('have the second derivatives of the reference, simplified or not', () =>
    forAllAsync(
      graphs,
      async (graph) => {
        const second = secondDerivatives(graph);
        await expectSameAsInterpreter(cpu, second, 1e-3);
        await expectSameAsInterpreter(cpu, { ...second, graph: simplify(second.graph) }, 1e-3);
      },
      60,
    ));
});

it('float64 kernels of the CPU provider agree with the reference to 1e-12, and the ones it lacks are these', async () => {
  const lacking: Record<string, string> = {};
  for (const operator of operatorNames()) {
    await forAllAsync(
      operatorGraph(operator, 'float64'),
      async (graph) => {
        const missing = await expectSameAsInterpreter(cpu, valueOf(graph), 1e-12).then(() => undefined, missingKernel);
        if (missing) lacking[operator] = missing;
      },
      6,
    );
  }
  expect(lacking).toMatchInlineSnapshot(`
    {
      "Acos": "Acos",
      "Acosh": "Acosh",
      "Asin": "Asin",
      "Asinh": "Asinh",
      "Atan": "Atan",
      "Atanh": "Atanh",
      "AveragePool": "AveragePool",
      "Conv": "Conv",
      "ConvInputGradient": "ConvTranspose",
      "Cosh": "Cosh",
      "Erf": "Erf",
      "Sinh": "Sinh",
      "Tan": "Tan",
    }
  `);
});

/** The ONNX operator that the runtime has no kernel for; other errors are thrown again. */
function missingKernel(error: unknown): string {
  const operator = /Could not find an implementation for (\w+)/.exec(messageOf(error))?.[1];
  if (operator === undefined) throw error;
  return operator;
}
